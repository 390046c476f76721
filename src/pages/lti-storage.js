/**
 * Keeps the secret of a login with the campus LMS, or gets it back from there, where the browser keeps no cookie of ours in a frame
 * (lti.md §3.14).
 *
 * Speaks to the one origin that the server names and believes no other: whoever frames our page could answer too. Whether the secret
 * is right is for the server to say. The page works without it: its link opens a window of our own.
 */
const { origin, target, key, secret, onward } = document.currentScript.dataset;
const PATIENCE = 3000;

/** `_parent` is the page around ours; any other name is a frame in that page. */
function storage() {
  const around = window.opener ?? window.parent;
  return target === '_parent' ? around : around.frames[target];
}

function ask(subject, more) {
  return new Promise((resolve, reject) => {
    const message_id = crypto.randomUUID();
    const from = storage();
    if (!from || from === window) throw new Error('nobody is around');
    const timer = setTimeout(() => reject(new Error('no answer')), PATIENCE);
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.data?.message_id !== message_id) return;
      if (event.data.subject !== `${subject}.response`) return;
      clearTimeout(timer);
      if (event.data.error) reject(new Error('refused'));
      else resolve(event.data.value);
    });
    from.postMessage({ subject, message_id, key, ...more }, origin);
  });
}

async function keep() {
  // Without it the cookie may still be there.
  await ask('lti.put_data', { value: secret }).catch(() => {});
  // Never while the page is still being read: a browser that is sent on in the middle of it may end at neither.
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done, { once: true }));
  location.replace(onward);
}

async function bringBack() {
  const value = await ask('lti.get_data', {});
  if (typeof value !== 'string') return;
  // For one use.
  ask('lti.put_data', { value: null }).catch(() => {});
  const form = document.querySelector('form[data-testid="lti-proof"]');
  form.elements.browser_secret.value = value;
  form.submit();
}

(secret === undefined ? bringBack() : keep()).catch(() => {});
