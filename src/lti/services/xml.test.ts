import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeXml, MalformedXml, readXml, type XmlElement } from './xml.ts';

const name = fc.string({ unit: fc.constantFrom(...'aB_c'), minLength: 1, maxLength: 4 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => escapeXml(value) !== null),
  fc.constantFrom('', `a&<>'"`, ']]>', '\r\n', '😀', '&amp;', '<![CDATA[', '<!--'),
);
const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.record(
    {
      name,
      children: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('element'), { maxLength: 3 })),
      text,
    },
    { noNullPrototype: true },
  ),
}));

const write = ({ name: tag, children, text: content }: XmlElement): string =>
  `<${tag} a="1">${escapeXml(content)}${children.map(write).join('')}</${tag}>`;

const depthOf = ({ children }: XmlElement): number => 1 + Math.max(0, ...children.map(depthOf));

test('what is written is read as it was: elements, and every text that XML can hold', () => {
  fc.assert(
    fc.property(
      element.filter((one) => depthOf(one) <= 20),
      (one) => {
        assert.deepEqual(readXml(`<?xml version="1.0" encoding="UTF-8"?>\n${write(one)}`), one);
      },
    ),
  );
});

test('whatever the text, it is read or refused, and nothing else happens', () => {
  const pieces = fc.constantFrom(
    ...[
      '<',
      '>',
      '</',
      '/>',
      '<a>',
      '</a>',
      '<a',
      ' b="',
      "'",
      '"',
      '&',
      '&amp;',
      '&#',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
    ],
    ...['<!DOCTYPE a>', '<?xml version="1.0"?>', '<?x?>', 'x', ' ', '\u0000', '\uD800', ':', '='],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        readXml(parts.join(''));
      } catch (error) {
        assert.ok(error instanceof MalformedXml, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('a text that is no element, no longer than it may be, is refused in no time', () => {
  const began = process.hrtime.bigint();
  for (const piece of ['<', '<a ', '<a b=', '<!--', '<![CDATA[', '&', '&#', ' ', '<a>', '--', '<a b="" ', ']]', '</']) {
    assert.throws(() => readXml(piece.repeat(65_536 / piece.length)), MalformedXml, piece);
    assert.throws(() => readXml(`<a>${piece.repeat(65_000 / piece.length)}`), MalformedXml, piece);
  }
  assert.ok(process.hrtime.bigint() - began < 2_000_000_000n);
});

test('case 92: no document type and no entity is read, wherever it stands', () => {
  for (const document of [
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    '<?xml version="1.0"?><!DOCTYPE a SYSTEM "https://evil.test/"><a/>',
    '<a><!DOCTYPE b></a>',
    '<a><!ENTITY x "y"></a>',
    '<a/><!DOCTYPE a>',
    '<a>&x;</a>',
    '<a b="&x;"/>',
    '<a>&amp</a>',
    '<a>& b</a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<a>&#99999999999999999999;</a>',
    '<a>&#;</a>',
    '<a>&__proto__;</a>',
  ]) {
    assert.throws(() => readXml(document), MalformedXml, document);
  }
  assert.equal(readXml('<a>&amp;&lt;&gt;&quot;&apos;&#233;&#xE9;&#x1F600;</a>').text, `&<>"'éé😀`);
});

test('what is not one element from beginning to end is refused', () => {
  const deep = '<a>'.repeat(21) + '</a>'.repeat(21);
  for (const document of [
    ...[
      '',
      'x',
      '<a>',
      '</a>',
      '<a></b>',
      '<a></a></a>',
      '<a/><a/>',
      '<a/>x',
      'x<a/>',
      '<a><b></a></b>',
      '<a/><![CDATA[ ]]>',
    ],
    ...[
      '<a b/>',
      '<a b=c/>',
      '<a b="1" b="2"/>',
      '<a b="<"/>',
      '<a><?php x ?></a>',
      '<a/><?xml version="1.0"?>',
      '<1/>',
    ],
    ...['<a>\u0001</a>', '<a>\uFFFF</a>', '<a>\uD800</a>', '<a>]]></a>', '<a><!-- -- --></a>', '<a><!-->', deep],
    `<a>${'x'.repeat(65_536)}</a>`,
  ]) {
    assert.throws(() => readXml(document), MalformedXml, document.slice(0, 60));
  }
});

test('prefixes, attributes, comments and sections are borne', () => {
  const document = `\uFEFF<?xml version='1.0' encoding='UTF-8' standalone='yes'?>
    <!-- of the campus --><ns:a xmlns:ns="urn:x" b='"'> x<!-- y --><![CDATA[<&]]><ns:b /></ns:a > <!-- end -->`;
  assert.deepEqual(readXml(document), { name: 'a', children: [{ name: 'b', children: [], text: '' }], text: ' x<&' });
  assert.equal(readXml('<a>'.repeat(20) + '</a>'.repeat(20)).children.length, 1);
});

test('a text that no XML can hold is not written', () => {
  for (const broken of ['\u0000', 'a\u0008', '\uFFFE', '\uD83D', '\uDE00\uD83D']) assert.equal(escapeXml(broken), null);
  assert.equal(escapeXml('\t\n'), '\t\n');
});
