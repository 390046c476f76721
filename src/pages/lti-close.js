/**
 * Tells the campus LMS that shows this page, or that opened it, that the registration is over, so that it closes it (lti.md §3.13).
 *
 * Says nothing else, and says it to the LMS's own sites only. The page works without it: it can be closed by hand.
 */
const { sites } = document.currentScript.dataset;
const around = window.opener ?? (window.parent === window ? null : window.parent);
if (around !== null) {
  for (const site of sites.split(' ')) around.postMessage({ subject: 'org.imsglobal.lti.close' }, site);
}
