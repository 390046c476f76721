/**
 * Sends the one form of the page: the answer that a campus waits for. Without it the button does the same.
 */
// Never while the page is still being read: a browser that is sent on in the middle of it may end at neither.
addEventListener('load', () => document.querySelector('form').submit(), { once: true });
