/**
 * Words and orders that a guesser tries before chance: what the list of common passwords, which is mostly English,
 * lacks of Mexico, and the ways in which fingers and counting run.
 *
 * Written by hand. Accents and case do not matter. A word belongs here when somebody would make a whole password of it
 * and a number.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const mexicanWords = words(`
  contraseña micontraseña clave miclave secreto acceso entrar usuario administrador bienvenido bienvenida
  llavero llavemx curp gobierno secretaria universidad preparatoria prepa bachillerato secundaria primaria kinder
  licenciatura maestria doctorado ingenieria medicina derecho enfermeria contabilidad facultad colegio escuela instituto
  maestro maestra profesor profesora docente estudiante alumno alumna director directora campus virtual plataforma
  educacion aprender aprende curso cursos clase clases tarea examen matematicas historia español biologia quimica
  unam politecnico tecnologico conalep cobach cetis cbtis uam udg uanl buap itesm
  amor miamor amorcito amormio teamo teamomucho tequiero tequieromucho tkm corazon micorazon princesa princesita
  hermosa hermoso bonita bonito preciosa chiquita chiquito gordita gordito flaquita negrita bebe bebita mivida micielo
  parasiempre porsiempre juntos familia mifamilia mama mami papa papi abuelita hermano hermana hijos mihijo mihija bebes
  dios diosmio diosesamor jesus jesucristo cristo virgencita guadalupe guadalupana bendicion bendiciones angelito angel
  mexico mexicano mexicana vivamexico tenochtitlan azteca aguascalientes bajacalifornia campeche chiapas chihuahua
  ciudaddemexico coahuila colima distritofederal durango estadodemexico guanajuato guerrero hidalgo jalisco michoacan
  morelos nayarit nuevoleon oaxaca puebla queretaro quintanaroo sanluis sanluispotosi sinaloa sonora tabasco tamaulipas
  tlaxcala veracruz yucatan zacatecas acapulco cancun cdmx celaya culiacan ecatepec ensenada guadalajara hermosillo
  irapuato juarez leon matamoros mazatlan merida mexicali monclova monterrey morelia nezahualcoyotl pachuca reynosa
  saltillo tampico tepic tijuana toluca torreon tuxtla uruapan villahermosa xalapa zapopan
  futbol chivas aguilas america cruzazul pumas rayados tigres santos necaxa atlas xolos campeon
  campeones chicharito messi ronaldo barcelona realmadrid
  lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre
  octubre noviembre diciembre primavera verano otoño invierno navidad feliz felicidad
  sol luna estrella estrellita cielo vida paz mariposa perro perrito gato gatito conejo caballo dragon aguila tigre
  chocolate tequila mariachi tacos pizza rojo azul verde negro blanco rosa morado
  jose maria juan luis carlos jorge miguel manuel francisco antonio alejandro fernando ricardo eduardo roberto sergio
  javier rafael daniel david diego santiago mateo sebastian emiliano leonardo pedro pablo andres oscar
  ana laura patricia gabriela daniela andrea alejandra fernanda sofia valentina ximena regina camila mariana
  leticia veronica monica claudia diana karla paola brenda yolanda margarita carmen elena isabel victoria
  hernandez garcia martinez lopez gonzalez perez rodriguez sanchez ramirez cruz flores gomez morales vazquez jimenez
  reyes torres diaz gutierrez mendoza ruiz aguilar ortiz castillo moreno romero alvarez chavez rivera ramos
  holamundo hola adios gracias porfavor quetal buenosdias
`);

/** Whatever is a stretch of one of these, in either direction, is no more than a starting point and a length. */
export const orders = words(`
  abcdefghijklmnopqrstuvwxyz abcdefghijklmnñopqrstuvwxyz aeiou
  01234567890123456789 24681012141618 13579 0102030405060708091011121314151617181920
  qwertyuiop asdfghjklñ asdfghjkl; zxcvbnm,.-
  1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0pñ- qazwsxedcrfvtgbyhnujmikolp
  q1w2e3r4t5y6u7i8o9p0 1q2w3e4r5t6y7u8i9o0p a1s2d3f4g5h6j7k8l9 a1b2c3d4e5f6g7h8i9
  147258369 159357 741852963
  !@#$%^&*() !"#$%&/()=?¡
`);
