
'use strict';
const content = JSON.parse(document.getElementById('content').textContent);
const { rows, pairs } = content;
const words = ['exact', 'near-duplicate', 'very similar', 'different'];
const perPage = 24;
const perList = 20;
const storage = 'parquetpool-judgements-' + content.key;
const judgements = new Map();
const judgeKey = 'parquetpool-judge';
const blinkEvery = 600;
const undone = [];
let current = 0;
let view = 'sides';
let blinking = 0;
let flip = null; // Who does not want motion turns the pictures by hand.
let asked = false;
let page = 0;

const $ = id => document.getElementById(id);
const kindName = kind => content.counts.find(of => of.kind === kind).what;
const number = n => n.toLocaleString('en-US');
// What pairs are ranked by: where pictures were laid over each other, not the cosine alone.
const measure = pairs.some(pair => pair.overlap) ? 'similarity' : 'cosine';
// Cut, not rounded: what is not 1 does not look like it.
const cosine = s => (Math.floor(s * 1e5) / 1e5).toFixed(5);

// Everything that comes from the rows goes through here: as text, never as markup.
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key.includes('-') || key === 'role') made.setAttribute(key, value); else made[key] = value;
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

// The rows of the first of several splits stay; those of the others may go.
const styleOf = row => content.splits.length > 1 && row.split === content.splits[0].name ? 'train' : 'test';
// Where there is one split alone, its name tells nothing.
const splitOf = row => content.splits.length > 1 ? row.split + ' ' : '';
const nameOf = row => splitOf(row) + row.id + (row.label === null ? '' : ', label ' + row.label);
const differ = pair => rows[pair.a].label !== null && rows[pair.b].label !== null && rows[pair.a].label !== rows[pair.b].label;

function picture(row) {
  if (row.source) return element('img', { className: 'picture', src: row.source, alt: nameOf(row) });
  if (!row.pixels) return null;
  const { channels, width, height } = content.picture;
  const bytes = atob(row.pixels);
  const canvas = element('canvas', { className: 'picture', width, height, role: 'img', 'aria-label': nameOf(row) });
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) image.data[4 * pixel + channel] = bytes.charCodeAt(pixel * channels + (channels === 3 ? channel : 0));
    image.data[4 * pixel + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

const framed = shown => shown && element('div', { className: 'view', onscroll: event => together(event.target) }, shown);

// What is looked at of one picture is looked at of the other.
function together(moved) {
  for (const other of document.querySelectorAll('#judge .view')) {
    if (other !== moved && (other.scrollLeft !== moved.scrollLeft || other.scrollTop !== moved.scrollTop)) other.scrollTo(moved.scrollLeft, moved.scrollTop);
  }
}

// A row's picture as pixels, as large as asked for; a picture file is decoded first.
async function pixels(row, width, height) {
  const shown = picture(row);
  if (shown instanceof HTMLImageElement) await shown.decode();
  const canvas = element('canvas', { width: width ?? (shown.naturalWidth || shown.width), height: height ?? (shown.naturalHeight || shown.height) });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// The words of a row: the column text, or else the first that is not short and no number.
function wordsOf(row) {
  const values = row.texts.filter((_, i) => i % 2 === 1);
  const found = values.find((of, i) => of && row.texts[2 * i] === 'text') ?? values.find(of => of && of.length > 24 && !/^[\d.:TZ+-]+$/.test(of));
  return found ? element('span', { className: 'words', dir: 'auto' }, found) : null;
}

const hasPicture = row => Boolean(row.source || row.pixels && content.picture);

async function compare() {
  clearInterval(blinking);
  const pair = pairs[current];
  const both = pair !== undefined && hasPicture(rows[pair.a]) && hasPicture(rows[pair.b]);
  $('views').hidden = !both;
  $('compared').hidden = !both || view === 'sides';
  for (const button of $('views').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.view === view));
  if ($('compared').hidden) return;
  const shown = current;
  const first = await pixels(rows[pair.a]);
  const second = await pixels(rows[pair.b], first.width, first.height);
  if (shown !== current || view === 'sides') return;
  const canvas = $('compared-canvas');
  canvas.classList.toggle('smooth', !rows[pair.a].pixels);
  [canvas.width, canvas.height] = [first.width, first.height];
  const context = canvas.getContext('2d');
  const put = (image, words, described) => {
    context.putImageData(image, 0, 0);
    $('compared-caption').textContent = words;
    canvas.setAttribute('aria-label', described ?? words);
  };
  if (view === 'difference') {
    const difference = new ImageData(first.width, first.height);
    let [sum, most, count] = [0, 0, 0];
    for (let i = 0; i < difference.data.length; i++) {
      const apart = i % 4 === 3 ? 0 : Math.abs(first.data[i] - second.data[i]);
      difference.data[i] = apart;
      [sum, most, count] = [sum + apart, Math.max(most, apart), count + (i % 4 === 3 ? 0 : 1)];
    }
    for (let i = 0; i < difference.data.length; i++) difference.data[i] = i % 4 === 3 ? 255 : most ? difference.data[i] * 255 / most : 0;
    put(difference, most === 0 ? 'No pixel differs.' : `Where the pictures differ: by ${(sum / count).toFixed(1)} of 255 on the mean, ${most} at most (shown as white).`);
    return;
  }
  let isSecond = false;
  const turn = () => {
    const row = rows[isSecond ? pair.b : pair.a];
    put(isSecond ? second : first, splitOf(row) + row.id);
    isSecond = !isSecond;
  };
  turn();
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    $('compared-caption').append(' · press B for the other');
    flip = () => { turn(); $('compared-caption').append(' · press B for the other'); };
  } else {
    blinking = setInterval(turn, blinkEvery);
  }
}

function look(at) {
  if (at === 'blink' && view === 'blink' && flip) {
    flip();
    return;
  }
  flip = null;
  view = view === at ? 'sides' : at; // Pressed twice, a way to compare ends.
  compare();
}

function zoom(by) {
  const slider = $('zoom');
  slider.value = Number(slider.value) + by;
  document.documentElement.style.setProperty('--zoom', slider.value);
  $('judge').classList.toggle('zoomed', Number(slider.value) > 1);
}

function texts(row, other) {
  const list = element('dl');
  const others = new Map();
  for (let i = 0; i < other.texts.length; i += 2) others.set(other.texts[i], other.texts[i + 1]);
  const known = new Map(row.label === null ? [] : [['label', row.label]]);
  for (let i = 0; i < row.texts.length; i += 2) known.set(row.texts[i], row.texts[i + 1]);
  if (other.label !== null) others.set('label', other.label);
  known.set('place', row.shard + ', row ' + row.row);
  for (const [name, value] of known) {
    if (name === 'split') continue; // It stands above.
    if (value === null && (others.get(name) ?? null) === null) continue;
    const differs = name !== 'place' && others.has(name) && others.get(name) !== value;
    list.append(element('dt', {}, name), element('dd', { className: differs ? 'differs' : '', dir: 'auto' }, ...differs && value !== null && others.get(name) !== null ? marked(value, others.get(name)) : [value ?? '–']));
  }
  return list;
}

// A text with the words marked that the other does not have in common with it, from the first to the last.
function marked(value, other) {
  const [of, with_] = [value.split(/(\s+)/), other.split(/(\s+)/)];
  let [from, to] = [0, 0];
  while (from < of.length && from < with_.length && of[from] === with_[from]) from++;
  while (to < of.length - from && to < with_.length - from && of[of.length - 1 - to] === with_[with_.length - 1 - to]) to++;
  return [of.slice(0, from).join(''), element('mark', {}, of.slice(from, of.length - to).join('')), of.slice(of.length - to).join('')];
}

const side = (row, other) => element('article', { className: 'side ' + styleOf(row) },
  element('h3', {}, element('span', {}, splitOf(row)), element('bdi', {}, row.id)), framed(picture(row)), texts(row, other));

// What has the keyboard when it is switched off leaves it to the first beside it that is not.
function switchOff(isOff) {
  const held = document.activeElement;
  for (const [id, off] of Object.entries(isOff)) $(id).disabled = off;
  if (held.disabled) $(Object.keys(isOff).find(id => !isOff[id]))?.focus({ preventScroll: true });
}

function showPair() {
  const pair = pairs[current];
  const judged = judgements.size;
  $('progress').textContent = pairs.length === 0 ? 'no pair is listed' : `pair ${number(current + 1)} of ${number(pairs.length)}, ${number(judged)} judged` + (content.listedPairs > pairs.length ? `; the audit lists ${number(content.listedPairs)}` : '');
  $('done').max = Math.max(1, pairs.length);
  $('done').value = judged;
  for (const button of document.querySelectorAll('.keys button')) {
    button.disabled = !pair;
    button.setAttribute('aria-pressed', String(pair !== undefined && judgements.get(current) === Number(button.dataset.judgement)));
  }
  switchOff({ previous: current === 0, next: current + 1 >= pairs.length, undo: undone.length === 0, save: judged === 0 });
  if (!pair) return;
  const [a, b] = [rows[pair.a], rows[pair.b]];
  $('pair').replaceChildren(side(a, b), side(b, a));
  flip = null;
  compare();
  $('measures').replaceChildren(pair.overlap ? element('strong', {}, `${pair.overlap}: `) : '', pair.overlap ? 'similarity ' : 'cosine ', element('strong', {}, cosine(pair.similarity)), `, distance ${pair.distance.toFixed(4)}`,
    pair.exact ? ', ' : '', pair.exact ? element('strong', {}, 'identical in what is compared') : '', differ(pair) ? element('span', { className: 'warn' }, ', labels differ') : '');
}

const shows = {
  all: () => true, open: i => !judgements.has(i), labels: i => differ(pairs[i]),
  ...Object.fromEntries(content.counts.map(of => [of.kind, i => pairs[i].kind === of.kind])),
};

const labels = [...new Set(pairs.flatMap(pair => [rows[pair.a].label, rows[pair.b].label]).filter(label => label !== null))].sort();

function showList() {
  const filter = $('filter').value;
  const label = $('class').value;
  const isOf = i => label === '' || [pairs[i].a, pairs[i].b].some(of => labels[Number(label)] === rows[of].label);
  const chosen = pairs.map((_, i) => i).filter(shows[filter] || (i => judgements.get(i) === Number(filter))).filter(isOf);
  const pages = Math.max(1, Math.ceil(chosen.length / perPage));
  page = Math.min(page, pages - 1);
  $('page').textContent = `page ${page + 1} of ${pages}`;
  switchOff({ 'page-back': page === 0, 'page-on': page + 1 === pages });
  const held = document.activeElement.closest('#list button')?.dataset.pair;
  $('list').replaceChildren(...chosen.slice(page * perPage, (page + 1) * perPage).map(card));
  if (held !== undefined) $('list').querySelector(`[data-pair="${held}"]`)?.focus({ preventScroll: true });
  $('list').classList.toggle('wide', !rows.some(hasPicture) && rows.some(wordsOf));
  if (chosen.length === 0) $('list').append(element('li', {}, 'No pair is like that: show all.'));
}

function card(i) {
  const pair = pairs[i];
  const [a, b] = [rows[pair.a], rows[pair.b]];
  const judged = judgements.get(i);
  const pictures = [picture(a), picture(b)].filter(Boolean);
  const button = element('button', { type: 'button', onclick: () => { go(i); $('judge').scrollIntoView(); $('judge').focus({ preventScroll: true }); } },
    pictures.length ? element('span', { className: 'thumbs' }, ...pictures) : null,
    ...[a, b].flatMap(row => [row.source || row.pixels ? null : wordsOf(row), element('bdi', {}, row.id)]), cosine(pair.similarity), pair.overlap ? element('span', { className: 'overlap' }, pair.overlap) : '',
    judged === undefined ? element('span', { className: 'verdict' }, differ(pair) ? 'labels differ' : 'unjudged')
      : element('span', { className: 'verdict', 'data-judgement': String(judged) }, words[judged]));
  button.dataset.pair = i;
  button.setAttribute('aria-current', String(i === current));
  return element('li', {}, button);
}

function clusters(place, all) {
  const list = $(place);
  const show = from => {
    list.append(...all.slice(from, from + perList).map(cluster));
    if (all.length > from + perList) {
      const more = element('button', { type: 'button', onclick: () => { more.remove(); show(from + perList); (list.querySelector(':scope > button') ?? list.lastElementChild).focus({ preventScroll: true }); } }, `Show more of ${number(all.length)}`);
      list.append(more);
    }
  };
  show(0);
}

function cluster(of) {
  const chain = of.leastSimilarity < content.threshold ? ', a chain: not all are near each other' : '';
  return element('div', { className: 'cluster', tabIndex: -1 },
    element('p', {}, element('strong', {}, `${number(of.size)} rows`), `, least ${measure} ${cosine(of.leastSimilarity)}` +
      (of.size === 2 ? '' : of.allCompared ? ` of all ${number(of.allPairs)} pairs` : ` of the ${number(of.pairs)} pairs listed, ${number(of.allPairs)} are possible`) + chain),
    element('ul', { className: 'members' }, ...of.rows.map(member),
      of.size > of.rows.length ? element('li', { className: 'rest' }, `and ${number(of.size - of.rows.length)} more`) : null));
}

function member(of) {
  const row = rows[of];
  return element('li', { className: styleOf(row) }, picture(row) ?? wordsOf(row), splitOf(row), element('bdi', {}, row.id), ...row.label === null ? [] : [element('br'), 'label ', element('bdi', {}, row.label)]);
}

function go(i) {
  current = Math.max(0, Math.min(pairs.length - 1, i));
  if (shows[$('filter').value] === shows.all && $('class').value === '') page = Math.floor(current / perPage);
  showPair();
  showList();
}

function nextOpen(from) {
  for (let step = 0; step < pairs.length; step++) {
    const i = (from + step) % pairs.length;
    if (!judgements.has(i)) return i;
  }
  return -1;
}

function set(i, judgement) {
  if (judgement === undefined) judgements.delete(i); else judgements.set(i, judgement);
  try {
    localStorage.setItem(storage, JSON.stringify([...judgements]));
  } catch {
    say('The browser keeps nothing for this file: save before you close it.');
  }
}

function judge(judgement) {
  if (pairs.length === 0) return;
  undone.push([current, judgements.get(current)]);
  set(current, judgement);
  say(`Pair ${current + 1}: ${words[judgement]}.` + (judgements.size === pairs.length ? ' All pairs are judged: press S to save.' : ''));
  go(current + 1);
}

function undo() {
  const last = undone.pop();
  if (!last) return;
  set(...last);
  say(`Pair ${last[0] + 1}: taken back.`);
  go(last[0]);
}

function open() {
  const i = nextOpen(current + 1);
  if (i < 0) say('All pairs are judged: press S to save.'); else go(i);
}

// A spreadsheet would run a cell that begins so: 'scorer judge' takes the apostrophe away again.
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const cell = text => formula.test(text) && !plainNumber.test(text) ? "'" + text : text;

const field = given => quoted(cell(given));

const quoted = text => /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;

function save() {
  if (judgements.size === 0) return;
  const judge = $('name').value.trim();
  if (!judge && !asked) {
    asked = true;
    $('name').classList.add('asked');
    $('name').focus();
    say('Who has judged? Write your name and press Enter, so that several judges can be told apart; or save once more without.');
    return;
  }
  const lines = [...judgements].sort(([a], [b]) => a - b).map(([i, judgement]) => {
    const pair = pairs[i];
    return [rows[pair.a].id, rows[pair.b].id, String(pair.distance), String(judgement), pair.kind, String(pair.similarity), judge].map(field).join(',');
  });
  const text = ['TestID,TrainID,Distance,Judgment,Kind,Similarity,Judge', ...lines, ''].join('\n');
  const name = 'judgements' + (judge ? '-' + judge.replace(/[^\p{L}\p{N}]+/gu, '-') : '') + '.csv';
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  say(`Saved ${number(lines.length)} judgements as ${name}; 'scorer judge' reads them.`);
}

const say = text => { $('said').textContent = text; };

function turn(by) {
  page += by;
  showList();
}

const keys = {
  1: () => judge(0), 2: () => judge(1), 3: () => judge(2), 4: () => judge(3),
  ArrowLeft: () => go(current - 1), ArrowRight: () => go(current + 1), n: open, u: undo, s: save, d: () => look('difference'), b: () => look('blink'), '+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(-0.5),
};

document.addEventListener('keydown', event => {
  const written = event.target.closest('input, select, textarea') || event.key.startsWith('Arrow') && event.target.closest('.scroll, .view'); // Arrows move what scrolls.
  const key = (event.ctrlKey || event.metaKey) && event.key === 'z' ? 'u' : event.ctrlKey || event.metaKey || event.altKey ? '' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (written || event.repeat && /[1-4]/.test(key) || !Object.hasOwn(keys, key)) return;
  event.preventDefault();
  keys[key]();
});
for (const button of document.querySelectorAll('.keys button')) button.onclick = () => judge(Number(button.dataset.judgement));
$('previous').onclick = () => go(current - 1);
$('next').onclick = () => go(current + 1);
$('open').onclick = open;
$('undo').onclick = undo;
$('save').onclick = save;
$('filter').onchange = $('class').onchange = () => { page = 0; showList(); };
for (const button of $('views').querySelectorAll('button')) button.onclick = () => look(button.dataset.view);
$('zoom').oninput = () => zoom(0);
$('name').oninput = () => {
  $('name').classList.remove('asked');
  try {
    localStorage.setItem(judgeKey, $('name').value);
  } catch {
    // It is asked for again.
  }
};
$('name').onkeydown = event => { if (event.key === 'Enter' && judgements.size) save(); };
$('page-back').onclick = () => turn(-1);
$('page-on').onclick = () => turn(1);

function histogram() {
  const { from, to, testTrain, testTest } = content.histogram;
  const svg = $('histogram');
  const draw = (name, attributes, text) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    svg.append(made);
  };
  const [left, right, top, bottom] = [76, 652, 30, 206];
  const most = Math.max(1, ...testTrain, ...testTest);
  const x = s => left + (s - from) / (to - from) * (right - left);
  const y = n => bottom - Math.log1p(n) / Math.log1p(most) * (bottom - top);
  for (let mark = 1; mark <= most; mark *= 10) {
    draw('line', { class: 'axis', x1: left, x2: right, y1: y(mark), y2: y(mark) });
    draw('text', { x: left - 6, y: y(mark) + 4, 'text-anchor': 'end' }, number(mark));
  }
  const width = (right - left) / testTrain.length;
  testTrain.forEach((n, i) => {
    const at = left + i * width;
    if (n) draw('rect', { class: 'train-bar', x: at + 0.5, width: width / 2 - 0.5, y: y(n), height: bottom - y(n) });
    if (testTest[i]) draw('rect', { class: 'test-bar', x: at + width / 2, width: width / 2 - 0.5, y: y(testTest[i]), height: bottom - y(testTest[i]) });
  });
  draw('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom });
  for (let i = 0; i <= 5; i++) {
    const s = from + (to - from) * i / 5;
    draw('text', { x: x(s), y: bottom + 18, 'text-anchor': i === 5 ? 'end' : 'middle' }, s.toFixed(3));
  }
  draw('text', { x: (left + right) / 2, y: bottom + 40, 'text-anchor': 'middle' }, measure);
  draw('text', { x: left, y: 16 }, 'pairs');
  const high = share => bottom - share * (bottom - top);
  for (const curve of content.curves) {
    const inside = curve.points.filter(([s]) => s >= from && s <= to);
    if (inside.length < 2) continue;
    const name = (curve.inside ? 'test-curve' : 'train-curve') + (curve.judged ? ' judged' : '');
    if (curve.judged) draw('polygon', { class: name + ' band', points: [...inside.map(([s, , , most]) => `${x(s)},${high(most)}`), ...inside.toReversed().map(([s, , least]) => `${x(s)},${high(least)}`)].join(' ') });
    draw('polyline', { class: name, points: inside.map(([s, share]) => `${x(s)},${high(share)}`).join(' ') });
  }
  if (content.curves.some(curve => curve.points.length)) {
    for (const share of [0, 0.5, 1]) draw('text', { x: right + 6, y: high(share) + 4 }, `${100 * share}%`);
    draw('text', { x: 716, y: 16, 'text-anchor': 'end' }, 'share that is real');
  }
  draw('line', { class: 'threshold', x1: x(content.threshold), x2: x(content.threshold), y1: top, y2: bottom });
  $('histogram-caption').textContent = `Listed pairs by ${measure}, counted on a logarithmic scale${content.splits.length > 1 ? ': of two splits in blue, inside one in orange' : ''}; dashed: the threshold, ${cosine(content.threshold)}` + `, ${content.thresholdFrom}.` + (content.curves.some(curve => curve.points.length) ? ` Lines: the estimated share of real duplicates at a ${measure}` + (content.curves.some(curve => curve.judged) ? '; dotted, with a band of 95 %: by judgements.' : '.') : '');
}

const counted = (n, one, many) => [element('strong', {}, n === 0 ? 'No' : number(n)), ` ${n < 2 ? one : many}`];
const fitting = pairs.filter(pair => pair.overlap).length;
if (!content.thresholdTold && pairs.length) $('answers').append(element('li', {}, 'Nothing tells from which ' + measure + ' on pairs are copies: judge the first ones, nearest first, until none is a copy any more.'));
$('answers').append(
  ...content.counts.map(of => element('li', {}, ...(content.thresholdTold
    ? [...counted(of.atThreshold, 'pair', 'pairs'), ` (${of.what}) ${of.atThreshold < 2 ? 'has' : 'have'} a ${measure} of ${cosine(content.threshold)} or more`]
    : [...counted(of.listed, 'pair', 'pairs'), ` (${of.what}) ${of.listed < 2 ? 'is' : 'are'} listed`]),
    (of.exact ? `; ${number(of.exact)} of the listed ${of.exact === 1 ? 'is' : 'are'} identical in what is compared` : '') + (of.labelsDiffer ? `; ${number(of.labelsDiffer)} have different labels` : '') + '.')),
  ...fitting ? [element('li', {}, 'In ', element('strong', {}, number(fitting)), ` of the ${number(pairs.length)} pairs shown the two pictures fit on each other, whole or in part: look at them first.`)] : [],
  element('li', {}, ...counted(content.clusterCount, 'cluster', 'clusters'), ' of rows that are alike' + (content.thresholdTold ? '' : ', or happen to be near each other') + (content.conflictCount ? '; ' : '.'), content.conflictCount ? element('strong', {}, number(content.conflictCount)) : null, content.conflictCount ? ' have different labels: look for label errors there.' : null));
$('class').append(...labels.map((label, i) => element('option', { value: String(i) }, label)));
$('class-label').hidden = labels.length < 2;
$('intro').textContent = `${content.splits.map(of => number(of.rows) + (content.splits.length > 1 ? ' ' + of.name : '')).join(' and ')} rows, compared by ${content.compared}; ${pairs.length === 0 ? 'no pair is listed' : `${number(content.listedPairs)} ${content.listedPairs === 1 ? 'pair is' : 'pairs are'} listed, ` + (content.listedPairs > pairs.length ? `the ${number(pairs.length)} nearest of them shown` : 'all of them shown')}` + (content.rejected ? `; ${number(content.rejected)} rows could not be compared.` : '.');
$('count-rows').append(...content.counts.map(of => element('tr', {}, element('td', {}, of.what), ...[of.listed, of.atThreshold, of.exact, of.labelsDiffer].map(n => element('td', {}, number(n))))));
$('remarks').append(...content.remarks.map(remark => element('li', {}, remark)));
const percent = share => `${(100 * share).toFixed(0)} %`;
$('calibration-intro').textContent = content.curves.length === 0 ? 'The cosines are not calibrated where every pair above a threshold is listed.'
  : 'A nearest pair counts as real where its rows are nearer to each other than the rows around them explain.' + content.curves.filter(curve => curve.levels.length === 0)
    .map(curve => ` Of pairs ${kindName(curve.kind)}: ${curve.lack ?? `no ${measure} reaches a precision of 0.5`}.`).join('');
$('calibration-rows').append(...content.curves.flatMap(curve => curve.levels.map(level => element('tr', {}, ...[
  kindName(curve.kind), curve.judged ? `${number(curve.judged)} judgements` : 'distances', level.wanted, cosine(level.similarity), number(Math.round(level.pairs)),
  `${percent(level.precision)} (${percent(level.low)} to ${percent(level.high)})`].map(text => element('td', {}, String(text)))))));
$('clusters-intro').textContent = `${content.clusterCount === 0 ? 'No' : number(content.clusterCount)} ${content.clusterCount < 2 ? 'cluster' : 'clusters'}: rows connected by pairs of ${measure} ${cosine(content.threshold)} or more` + (content.clusterCount > content.clusters.length ? `; the ${number(content.clusters.length)} largest are shown.` : '.');
$('conflicts-intro').textContent = (content.conflictCount === 0 ? 'No cluster has rows of different labels' : `${number(content.conflictCount)} ${content.conflictCount === 1 ? 'cluster has' : 'clusters have'} rows of different labels: look for label errors here first`) + (content.conflictCount > content.conflicts.length ? `; the ${number(content.conflicts.length)} largest are shown.` : '.');
try {
  for (const [i, judgement] of JSON.parse(localStorage.getItem(storage) || '[]')) {
    if (i < pairs.length && judgement in words) judgements.set(i, judgement);
  }
} catch {
  // Nothing was kept.
}
try {
  $('name').value = localStorage.getItem(judgeKey) ?? '';
} catch {
  // Nothing was kept.
}
$('filter').lastElementChild.before(...content.counts.map(of => element('option', { value: of.kind }, of.what)));
// Where there is nothing to judge there is no place to.
for (const id of ['judge', 'pairs', 'spread']) $(id).hidden = pairs.length === 0;
for (const link of document.querySelectorAll('a[href="#judge"], a[href="#pairs"]')) link.hidden = pairs.length === 0;
$('calibration').hidden = content.curves.every(curve => curve.levels.length === 0);
if (pairs.length) histogram();
clusters('cluster-list', content.clusters);
clusters('conflict-list', content.conflicts);
go(Math.max(0, nextOpen(0)));
if (judgements.size) say(`${number(judgements.size)} judgements were kept by the browser.`);
