
'use strict';
const content = JSON.parse(document.getElementById('content').textContent);
const { rows, scores, likeness, spread } = content;
const perPage = 60;
const bins = 40;
const colours = 8;
let chosen = -1;
let at = 0;
let page = 0;
let score = 0;

const $ = id => document.getElementById(id);
const number = n => n.toLocaleString('en-US');
const short = n => n === null || n === undefined ? '–' : String(Number(n.toPrecision(4)));
const classOf = row => row.predicted ?? row.label ?? null;
const known = value => value === null ? 'none' : value;
const valueOf = i => scores.length ? scores[score].values[i] : null;

// Everything that comes from the rows goes through here: as text, never as markup.
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key.includes('-') || key === 'role') made.setAttribute(key, value); else made[key] = value;
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// [row]: the classes, the most frequent first, which also decides their colours.
const counted = values => [...values.reduce((all, value) => all.set(value, (all.get(value) ?? 0) + 1), new Map())].sort((a, b) => b[1] - a[1] || (known(a[0]) < known(b[0]) ? -1 : 1));
const classes = counted(rows.map(classOf));
const reasons = counted(rows.map(row => row.reason ?? null));
const placeOfClass = new Map(classes.map(([name], i) => [name, i]));

const packed = likeness ? Uint8Array.from(atob(likeness.cosines), c => c.charCodeAt(0)) : null;
const cosines = packed ? new DataView(packed.buffer) : null;
function alike(a, b) {
  if (a === b) return 1;
  const [low, high] = a < b ? [a, b] : [b, a];
  return cosines.getInt16(2 * (low * rows.length - low * (low + 1) / 2 + high - low - 1), true) / 32767;
}

function isShown(i) {
  const row = rows[i];
  const [least, most, text] = [$('least').value, $('most').value, $('text').value.toLowerCase()];
  const value = valueOf(i);
  return ($('class').value === '' || placeOfClass.get(classOf(row)) === Number($('class').value))
    && ($('reason').value === '' || known(row.reason ?? null) === $('reason').value)
    && (least === '' || value !== null && value >= Number(least)) && (most === '' || value !== null && value <= Number(most))
    && (text === '' || row.id.toLowerCase().includes(text) || row.texts.some((of, at) => at % 2 === 1 && of !== null && of.toLowerCase().includes(text)));
}

function sorted(shown) {
  const order = $('order').value;
  if (order === 'alike') return shown.toSorted((a, b) => alike(chosen, b) - alike(chosen, a) || a - b);
  if (!order.includes(':')) return shown;
  const [, of, direction] = order.match(/^(\d+):(up|down)$/);
  const { values } = scores[Number(of)];
  const last = direction === 'up' ? Infinity : -Infinity;
  return shown.toSorted((a, b) => ((values[a] ?? last) - (values[b] ?? last)) * (direction === 'up' ? 1 : -1) || a - b);
}

function picture(row, large) {
  if (row.picture) return element('img', { className: 'picture' + (row.picture.startsWith('data:image/png') ? ' pixels' : ''), src: row.picture, alt: large ? 'The picture of ' + row.id : '', loading: 'lazy' });
  if (!row.values) return null;
  const finite = row.values.filter(v => v !== null);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const y = v => high > low ? 40 * (high - v) / (high - low) : 40;
  const svg = drawn('svg', { class: 'values', viewBox: `0 0 ${row.values.length} 40`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `The first ${row.values.length} of ${row.width} numbers` });
  row.values.forEach((v, i) => { if (v !== null) svg.append(drawn('rect', { x: i + 0.1, width: 0.8, y: Math.min(y(v), y(0)), height: Math.max(0.4, Math.abs(y(v) - y(0))) })); });
  return svg;
}

// The words of a row: the column text, or else the first that is not short and no number.
function firstText(row) {
  const values = row.texts.filter((_, i) => i % 2 === 1);
  return values.find((of, i) => of && row.texts[2 * i] === 'text') ?? values.find(of => of && of.length > 24 && !/^[\d.:TZ+-]+$/.test(of)) ?? null;
}

function card(i, place) {
  const row = rows[i];
  const value = valueOf(i);
  const button = element('button', { type: 'button', onclick: () => open(i), onfocus: () => { at = place; } },
    row.picture || !firstText(row) ? picture(row, false) : element('span', { className: 'excerpt', dir: 'auto' }, firstText(row)),
    classOf(row) === null ? null : element('bdi', { className: 'tag' }, classOf(row)),
    scores.length ? element('span', {}, `${scores[score].name} ${short(value)}`) : null,
    row.reason && reasons.length > 1 ? element('span', {}, row.reason) : null,
    $('order').value === 'alike' ? element('span', { className: 'alike' }, `cosine ${alike(chosen, i).toFixed(3)}`) : null,
    element('span', { className: 'card-id' }, `${number(i + 1)} · `, element('bdi', {}, row.id)));
  button.dataset.row = i;
  button.setAttribute('aria-current', String(i === chosen));
  return element('li', {}, button);
}

function show() {
  const shown = sorted(rows.map((_, i) => i).filter(isShown));
  const pages = Math.max(1, Math.ceil(shown.length / perPage));
  page = Math.min(page, pages - 1);
  $('count').textContent = shown.length === rows.length ? `${number(rows.length)} rows` : `${number(shown.length)} of ${number(rows.length)} rows`;
  $('page').textContent = `page ${page + 1} of ${pages}`;
  const pager = [$('page-back'), $('page-on')];
  const held = document.activeElement;
  [pager[0].disabled, pager[1].disabled] = [page === 0, page + 1 === pages];
  if (held.disabled) pager.find(button => !button.disabled)?.focus({ preventScroll: true });
  document.querySelector('.pager').hidden = pages === 1;
  $('list').classList.toggle('wide', rows.length > 0 && !rows.some(row => row.picture) && rows.some(firstText));
  const row = document.activeElement?.closest('#list') ? document.activeElement.dataset.row : null;
  $('list').replaceChildren(...shown.slice(page * perPage, (page + 1) * perPage).map(card));
  if (row !== null) $('list').querySelector(`[data-row="${row}"]`)?.focus({ preventScroll: true });
  if (shown.length === 0) $('list').append(element('li', {}, 'No row is like that: show all, or ask for less.'));
  const inside = new Set(shown);
  showClasses(inside);
  showSpread(inside);
  showMap(inside);
}

function showClasses(inside) {
  const most = Math.max(1, ...classes.map(([, n]) => n));
  const now = new Map();
  for (const i of inside) now.set(classOf(rows[i]), (now.get(classOf(rows[i])) ?? 0) + 1);
  $('classes-title').textContent = `${number(classes.length)} ${classes.length === 1 ? 'class' : 'classes'}`;
  $('class-bars').replaceChildren(...classes.map(([name, n], place) => {
    const bar = (of, className) => { const made = element('i', { className }); made.style.width = `${100 * of / most}%`; return made; };
    return element('li', {}, element('button', {
      type: 'button', title: known(name), 'aria-pressed': String($('class').value === String(place)),
      onclick: () => { $('class').value = $('class').value === String(place) ? '' : String(place); changed(); $('class-bars').querySelectorAll('button')[place]?.focus(); },
    }, element('span', { className: 'name' }, known(name)), element('span', { className: 'track' }, bar(n, 'all'), bar(now.get(name) ?? 0, 'shown')),
    element('span', { className: 'n' }, inside.size === rows.length ? number(n) : `${number(now.get(name) ?? 0)} / ${number(n)}`)));
  }));
}

// Draws a plot anew. Of its marks, which can be pressed, the Tab key reaches one; arrows lead from it to the others.
function put(svg, parts, marks) {
  const held = svg.contains(document.activeElement) ? document.activeElement.dataset.mark : null;
  const last = held ?? svg.querySelector('[tabindex="0"]')?.dataset.mark;
  svg.replaceChildren(...parts);
  const at = marks.find(mark => mark.dataset.mark === last) ?? marks[0];
  for (const mark of marks) {
    mark.setAttribute('role', 'button');
    mark.setAttribute('tabindex', mark === at ? '0' : '-1');
  }
  if (held !== null) at?.focus({ preventScroll: true });
}

// The mark that lies nearest in the direction of an arrow; to the side counts double.
function nearest(from, [right, down]) {
  const place = mark => { const { x, y, width, height } = mark.getBBox(); return [x + width / 2, y + height]; };
  const [x, y] = place(from);
  const apart = mark => {
    const [a, b] = place(mark);
    const ahead = (a - x) * right + (b - y) * down;
    return ahead > 0 ? ahead + 2 * Math.abs((a - x) * down + (b - y) * right) : Infinity;
  };
  return [...from.ownerSVGElement.querySelectorAll('[data-mark]')].map(mark => [apart(mark), mark]).filter(([by]) => by < Infinity).sort(([a], [b]) => a - b)[0]?.[1];
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
for (const svg of [$('histogram'), $('points')]) {
  svg.onkeydown = event => {
    const mark = event.target.closest('[data-mark]');
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      mark.dispatchEvent(new MouseEvent('click'));
    } else if (directions[event.key]) {
      event.preventDefault();
      const next = nearest(mark, directions[event.key]);
      if (!next) return;
      mark.setAttribute('tabindex', '-1');
      next.setAttribute('tabindex', '0');
      next.focus({ preventScroll: true });
    }
  };
}

function showSpread(inside) {
  const svg = $('histogram');
  const values = rows.map((_, i) => valueOf(i));
  const finite = values.filter(v => v !== null);
  if (finite.length === 0) {
    svg.replaceChildren();
    $('histogram-caption').textContent = 'No score is known of these rows: name the scoring run with --scores.';
    return;
  }
  const [low, high] = spread ? [spread.from, spread.to] : [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
  const bin = v => high > low ? Math.min(bins - 1, Math.floor((v - low) / (high - low) * bins)) : 0;
  const [all, now] = [new Array(bins).fill(0), new Array(bins).fill(0)];
  values.forEach((v, i) => { if (v !== null) { all[bin(v)]++; if (inside.has(i)) now[bin(v)]++; } });
  if (spread) spread.counts.forEach((n, i) => { all[i] = n; });
  const [left, right, top, bottom] = [58, 472, 12, 190];
  const most = Math.max(...all);
  const y = n => bottom - n / most * (bottom - top);
  const [parts, bars] = [[], []];
  for (const mark of new Set([0, Math.round(most / 2), most])) {
    parts.push(drawn('line', { class: 'axis', x1: left, x2: right, y1: y(mark), y2: y(mark) }), drawn('text', { x: left - 6, y: y(mark) + 4, 'text-anchor': 'end' }, number(mark)));
  }
  const width = (right - left) / bins;
  const edge = i => low + (high - low) * i / bins;
  const digits = high > low ? Math.max(0, 2 - Math.floor(Math.log10(high - low))) : 4;
  const tick = v => digits > 6 ? v.toPrecision(2) : String(Number(v.toFixed(digits)));
  all.forEach((n, i) => {
    if (n === 0) return;
    const rect = drawn('rect', { class: 'all', 'data-mark': i, x: left + i * width + 0.5, width: width - 1, y: y(n), height: bottom - y(n) }, drawn('title', {}, `${short(edge(i))} to ${short(edge(i + 1))}: ${number(n)} rows`));
    rect.onclick = () => { $('least').value = Number(edge(i).toPrecision(6)); $('most').value = Number(edge(i + 1).toPrecision(6)); changed(); };
    bars.push(rect);
    parts.push(rect, drawn('rect', { class: 'shown', x: left + i * width + 0.5, width: width - 1, y: y(now[i]), height: bottom - y(now[i]) }));
  });
  for (let i = 0; i <= 4; i++) parts.push(drawn('text', { x: left + (right - left) * i / 4, y: bottom + 18, 'text-anchor': i === 0 ? 'start' : i === 4 ? 'end' : 'middle' }, tick(edge(bins * i / 4))));
  put(svg, parts, bars);
  $('histogram-caption').textContent = spread ? `All ${number(spread.counts.reduce((a, b) => a + b))} rows by ${scores[score].name}; strong: those shown below.` : `Rows by ${scores[score].name}; strong: those shown below. A bar, pressed, keeps its rows.` + (finite.length < rows.length ? ` ${number(rows.length - finite.length)} rows have none.` : '') + (meanings[scores[score].name] ? ` ${meanings[scores[score].name]}` : '');
}

// What the scores say, for whom they are new.
const meanings = {
  bald: 'bald: how much the members of the committee disagree; where it is high, a label teaches most.',
  margin: 'margin: how far the first class lies ahead of the second; where it is low, the model is unsure.',
  entropy: 'entropy: how unsure the prediction is, for whatever reason.',
  confidence: 'confidence: the probability of the class that is predicted.',
};

const colourOf = i => {
  const place = placeOfClass.get(classOf(rows[i]));
  return `var(--c${place < colours - 1 || classes.length === colours ? place : colours - 1})`;
};

function showMap(inside) {
  if (!likeness) return;
  const svg = $('points');
  const by = $('colour').value;
  const values = rows.map((_, i) => valueOf(i)).filter(v => v !== null);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  const [xs, ys] = [likeness.places.map(p => p[0]), likeness.places.map(p => p[1])];
  const scale = (of, from, to) => {
    const [a, b] = [of.reduce((x, y) => Math.min(x, y)), of.reduce((x, y) => Math.max(x, y))];
    return v => b > a ? from + (v - a) / (b - a) * (to - from) : (from + to) / 2;
  };
  const [x, y] = [scale(xs, 12, 468), scale(ys, 348, 12)];
  // What is shown lies above what is not, and what is chosen above all.
  const order = rows.map((_, i) => i).sort((a, b) => (a === chosen) - (b === chosen) || inside.has(a) - inside.has(b) || a - b);
  const points = order.map(i => {
    const point = drawn('circle', { cx: x(xs[i]).toFixed(1), cy: y(ys[i]).toFixed(1), r: i === chosen ? 7 : 4.5, class: (inside.has(i) ? '' : 'out') + (i === chosen ? ' chosen' : '') },
      drawn('title', {}, `${rows[i].id}${classOf(rows[i]) === null ? '' : ', ' + classOf(rows[i])}${scores.length ? `, ${scores[score].name} ${short(valueOf(i))}` : ''}`));
    point.style.fill = by === 'class' ? colourOf(i) : 'var(--accent)';
    if (by === 'score') point.style.fillOpacity = valueOf(i) === null ? 0.08 : 0.15 + 0.85 * (high > low ? (valueOf(i) - low) / (high - low) : 1);
    point.onclick = () => open(i);
    if (inside.has(i)) point.dataset.mark = i;
    return point;
  });
  put(svg, points, points.filter(point => point.dataset.mark).reverse());
  const swatch = (colour, text) => { const dot = element('i'); dot.style.background = colour; return element('li', {}, dot, text); };
  $('legend').replaceChildren(...(by === 'score' ? [element('li', {}, `faint: ${short(low)}`), element('li', {}, `strong: ${short(high)}`)]
    : classes.length === 1 && classes[0][0] === null ? []
    : [...classes.slice(0, classes.length === colours ? colours : colours - 1).map(([name], i) => swatch(`var(--c${i})`, known(name))), classes.length > colours ? swatch(`var(--c${colours - 1})`, `${classes.length - colours + 1} others`) : null].filter(Boolean)));
}

function open(i) {
  chosen = i;
  const row = rows[i];
  const list = element('dl');
  const add = (name, value) => list.append(element('dt', {}, name), element('dd', { dir: 'auto' }, value));
  if (row.predicted !== null) add('predicted', row.predicted);
  if (row.label !== null) add('label in the pool', row.label);
  if (row.reason) add('reason', row.reason);
  for (const of of scores) if (of.values[i] !== null) add(of.name, String(of.values[i]));
  for (let text = 0; text < row.texts.length; text += 2) add(row.texts[text], row.texts[text + 1] ?? '–');
  if (row.values) add('numbers', `${row.values.slice(0, 8).map(v => v === null ? 'none' : v).join(', ')}${row.width > 8 ? `, … (${number(row.width)} in all)` : ''}`);
  add('place', `${row.shard}, row ${row.row}`);
  const shown = picture(row, true);
  $('chosen').className = shown ? '' : 'plain';
  $('chosen').replaceChildren(element('h3', {}, `${number(i + 1)} · `, element('bdi', {}, row.id)), ...[shown].filter(Boolean), list, element('div', { className: 'tools' },
    likeness ? element('button', { type: 'button', className: 'main', id: 'likeness', onclick: byLikeness }, 'Sort by likeness to this row') : null,
    element('button', { type: 'button', id: 'close', onclick: close }, 'Close')));
  $('chosen').hidden = false;
  $('order').querySelector('[value=alike]')?.toggleAttribute('disabled', false);
  if ($('order').value === 'alike') page = 0;
  show();
  $('chosen').scrollIntoView({ block: 'nearest' });
}

function byLikeness() {
  if (!likeness || chosen < 0) return;
  $('order').value = 'alike';
  page = 0;
  show();
  $('chosen').scrollIntoView({ block: 'start' });
}

function close() {
  const was = chosen;
  chosen = -1;
  $('chosen').hidden = true;
  if ($('order').value === 'alike') $('order').value = '';
  $('order').querySelector('[value=alike]')?.toggleAttribute('disabled', true);
  page = Math.max(0, Math.floor(sorted(rows.map((_, i) => i).filter(isShown)).indexOf(was) / perPage));
  show();
  if (!$('points').contains(document.activeElement)) $('list').querySelector(`[data-row="${was}"]`)?.focus();
}

function changed() {
  page = 0;
  show();
}

function move(by) {
  const cards = [...$('list').querySelectorAll('button')];
  if (cards.length === 0) return;
  const inList = cards.includes(document.activeElement);
  at = inList ? Math.max(0, Math.min(cards.length - 1, at + by)) : Math.min(at, cards.length - 1);
  cards[at].focus();
}

const across = () => Math.max(1, getComputedStyle($('list')).gridTemplateColumns.split(' ').length);
const keys = { ArrowLeft: () => move(-1), ArrowRight: () => move(1), ArrowUp: () => move(-across()), ArrowDown: () => move(across()), l: byLikeness, Escape: () => { if (chosen >= 0) close(); } };
document.addEventListener('keydown', event => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.target.closest('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, key)) return;
  // Arrows scroll the page where no row has the keyboard.
  if (key.startsWith('Arrow') && !event.target.closest('#list')) return;
  event.preventDefault();
  const at = event.target.dataset.row ?? event.target.closest('#points [data-mark]')?.dataset.mark;
  if (key === 'l' && at !== undefined && Number(at) !== chosen) open(Number(at));
  keys[key]();
});

const option = (value, text) => element('option', { value }, text);
const { sought } = content;
$('title').textContent = spread ? `The ${number(rows.length)} rarest rows of ${content.file}` : sought ? `${number(rows.length)} rows near to ${sought.text}` : `${number(rows.length)} rows of ${content.file}`;
document.title = $('title').textContent;
$('intro').textContent = [
  spread ? `Rarity is how much thinner than around the middle row others lie around a row, in nats: 2.3 is ten times.` : sought ? `Nearest first, by ${scores[0].name} in the column ${content.file}.` : content.more ? `The first ${number(rows.length)}: the file has more.` : 'All that the file has.',
  content.model ? sought ? `What was looked for has its vector of ${content.model}.` : `Predicted by ${content.model}${content.rankedBy ? `, ranked by ${content.rankedBy}` : ''}.` : '',
  reasons.some(([name]) => name !== null) ? `Reasons: ${reasons.map(([name, n]) => `${number(n)} ${known(name)}`).join(', ')}.` : '',
].filter(Boolean).join(' ');
if (sought && sought.picture) {
  $('sought').append(element('img', { className: 'picture', src: sought.picture, alt: 'What was looked for: ' + sought.text }));
  $('sought').hidden = false;
}
if (sought) $('rows').after(document.querySelector('.charts')); // The nearest rows are the answer.
$('class').append(option('', 'all'), ...classes.map(([name, n], i) => option(String(i), `${known(name)} (${number(n)})`)));
$('reason').append(option('', 'all'), ...reasons.map(([name, n]) => option(known(name), `${known(name)} (${number(n)})`)));
$('reason-label').hidden = reasons.length < 2;
$('class').parentElement.hidden = $('colour').parentElement.hidden = classes.length === 1 && classes[0][0] === null;
$('score').append(...scores.map((of, i) => option(String(i), of.name)));
$('order').append(option('', sought ? 'nearest first' : 'as in the file'), ...scores.flatMap((of, i) => [option(`${i}:down`, `${of.name}, highest first`), option(`${i}:up`, `${of.name}, lowest first`)]), ...likeness ? [option('alike', 'likeness to the open row')] : []);
$('order').querySelector('[value=alike]')?.toggleAttribute('disabled', true);
$('classes').hidden = classes.length === 1 && classes[0][0] === null;
$('map').hidden = !likeness;
if (likeness) $('map-caption').textContent = `Each point is a row, by ${likeness.by}: vectors of length 1 along the two directions in which they differ most, which hold ${(100 * likeness.share).toFixed(0)} % of the variance. Rows close together are alike; not all that are alike lie close.`;
for (const id of ['class', 'reason', 'least', 'most', 'order']) $(id).onchange = changed;
$('text').oninput = changed;
$('filters').onsubmit = event => event.preventDefault();
$('filters').onreset = () => setTimeout(changed);
$('score').onchange = () => {
  score = Number($('score').value);
  $('least').value = $('most').value = '';
  $('range-name').textContent = scores[score].name;
  changed();
};
$('colour').onchange = show;
$('page-back').onclick = () => { page--; show(); $('rows').scrollIntoView(); };
$('page-on').onclick = () => { page++; show(); $('rows').scrollIntoView(); };
if (scores.length) $('range-name').textContent = scores[0].name;
for (const id of ['least', 'most']) $(id).disabled = scores.length === 0;
show();
