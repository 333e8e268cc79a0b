'use strict';
// Shows what has changed since, without closing what is open or taking the keyboard's place away.
const every = 2000;
async function refresh() {
  const live = document.getElementById('live');
  if (!live || document.hidden) return;
  try {
    const answer = await fetch('/', { redirect: 'error' });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('live');
    for (const open of live.querySelectorAll('details[open]')) fresh.querySelector('#' + CSS.escape(open.id))?.setAttribute('open', '');
    const at = document.activeElement?.closest('section')?.id;
    const focused = at && live.contains(document.activeElement) ? [...document.getElementById(at).querySelectorAll('button, a, summary')].indexOf(document.activeElement) : -1;
    live.replaceChildren(...fresh.childNodes);
    if (focused >= 0) document.getElementById(at)?.querySelectorAll('button, a, summary')[focused]?.focus({ preventScroll: true });
    document.getElementById('clock').replaceChildren(...page.getElementById('clock').childNodes);
    document.body.classList.remove('lost');
  } catch {
    document.body.classList.add('lost');
  }
}
setInterval(refresh, every);
