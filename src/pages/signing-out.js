/**
 * Two pages of a log-out. One shows apps in frames, and goes on once all of them have answered. The other is in a frame of
 * an app itself, and runs only where the browser has seen that the app may show it: then it signs out.
 *
 * In the head, before the frames: their `load` comes while the page is still read. That a frame has loaded says nothing of
 * what the app did; that it has not is all that can be known.
 */
const { token, onward } = document.currentScript.dataset;
const PATIENCE = 5000;

function tellApps() {
  const answered = new Set();
  const frames = () => [...document.querySelectorAll('iframe')];
  const goOn = () => onward !== undefined && location.replace(onward);
  const limit = setTimeout(() => {
    for (const frame of frames()) frame.closest('li').querySelector('[data-late]').hidden = answered.has(frame);
    document.querySelector('[data-advice]').hidden = false;
  }, PATIENCE);
  const look = () => {
    if (document.readyState === 'loading' || !frames().every((frame) => answered.has(frame))) return;
    clearTimeout(limit);
    goOn();
  };
  // `load` of an element does not bubble: it is met on its way down.
  document.addEventListener(
    'load',
    ({ target }) => {
      answered.add(target);
      look();
    },
    true,
  );
  document.addEventListener('DOMContentLoaded', look);
}

/** Outlives the page: the app goes on as soon as this frame has loaded. */
function signOut() {
  const body = new URLSearchParams({ token, answer: 'yes' });
  fetch('/sign-out', { method: 'POST', body, keepalive: true, redirect: 'manual' });
}

if (token === undefined) tellApps();
else signOut();
