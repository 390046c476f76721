/**
 * Sends a page that waits on, as soon as the person has opened the link of the mail in another tab.
 *
 * The page works without it: typing the code does the same. Asks only while it is looked at.
 */
const { progress, onward } = document.currentScript.dataset;
const EVERY = 3000;
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (document.visibilityState !== 'visible') return;
  try {
    const { status } = await fetch(progress, { cache: 'no-store' });
    if (status !== 204) {
      location.replace(onward);
      return;
    }
  } catch {
    // The line is gone for a moment: ask again.
  }
  timer = setTimeout(look, EVERY);
}

document.addEventListener('visibilitychange', look);
timer = setTimeout(look, EVERY);
