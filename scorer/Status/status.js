'use strict';
// Shows what has changed since, without closing what is open or taking the keyboard's place away.
const every = 2000;
const format = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });

// Times are written in UTC for whom no script runs, and here in the zone of who looks.
function local(page) {
  for (const time of page.querySelectorAll('time')) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
  const zone = page.querySelector('#zone');
  if (zone) zone.textContent = ' · times of ' + format.resolvedOptions().timeZone;
}

// Buttons come and go: the keyboard must never find itself on another one.
const keyOf = element => element.dataset.action ?? element.getAttribute('href') ?? element.tagName;

async function refresh() {
  const live = document.getElementById('live');
  if (!live || document.hidden) return;
  try {
    const answer = await fetch('/', { redirect: 'error' });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    local(page);
    const fresh = page.getElementById('live');
    for (const open of live.querySelectorAll('details[open]')) fresh.querySelector('#' + CSS.escape(open.id))?.setAttribute('open', '');
    const at = document.activeElement?.closest('section')?.id;
    const focused = at && live.contains(document.activeElement) ? keyOf(document.activeElement) : null;
    live.replaceChildren(...fresh.childNodes);
    // What is gone, as Cancel of a run that has ended, leaves the keyboard to its job.
    if (focused) ([...document.getElementById(at)?.querySelectorAll('button, a, summary, [tabindex="0"]') ?? []].find(element => keyOf(element) === focused) ?? document.getElementById(at))?.focus({ preventScroll: true });
    document.getElementById('clock').replaceChildren(...page.getElementById('clock').childNodes);
    document.body.classList.remove('lost');
  } catch {
    document.body.classList.add('lost');
  }
}
local(document);
setInterval(refresh, every);
