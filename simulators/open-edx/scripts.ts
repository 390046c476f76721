/**
 * The two scripts of the practice LMS, as files of its own: what the pages of the real one do in the browser.
 */

/** Sends a form to the API, goes where the answer says, and shows what is wrong with which field. */
export const formsScript = `
for (const form of document.querySelectorAll('form[data-api]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    for (const fault of form.querySelectorAll('.fault')) fault.textContent = '';
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const members = await answer.json().catch(() => ({}));
    if (answer.ok) {
      location.assign(form.dataset.goesTo || members.redirect_url || '/dashboard');
      return;
    }
    for (const waiting of document.querySelectorAll('[data-waiting]')) waiting.hidden = true;
    form.hidden = false;
    for (const [field, messages] of Object.entries(members)) {
      const text = Array.isArray(messages) ? messages.map((message) => message.user_message || message).join(' ') : '';
      const place = form.querySelector('[data-fault="' + field + '"]') || form.querySelector('[data-fault=""]');
      if (text !== '') place.textContent = text;
    }
    if (typeof members.value === 'string') form.querySelector('[data-fault=""]').textContent = members.value;
  });
  if (form.hasAttribute('data-auto')) form.requestSubmit();
}
`;

/** Goes on once every frame has loaded, whatever it has loaded. */
export const logOutScript = `
addEventListener('load', () => location.replace(document.getElementById('target').href));
`;
