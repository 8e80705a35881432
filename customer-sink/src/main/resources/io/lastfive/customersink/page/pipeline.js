// The pipeline as a living picture. Everything that comes from outside is set as text, never as markup.
import { FreshnessBadge, byId, duration, locale } from './common.js';

const BETWEEN_LOOKS = 2000;
const WIDE = matchMedia('(min-width: 1001px)');
const badge = new FreshnessBadge(byId('badge'), byId('spoken'));

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
const count = (number) => (number < 100_000 ? whole : short).format(number);
const perSecond = (number) => (number > 0 && number < 10 ? fine : whole).format(number);
const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

const icons = {
  channel: 'M2 5.5h16v10H2zM2 9h16M4.5 12.5h3',
  topic: 'M2.5 4.5h15M2.5 8.2h15M2.5 11.9h15M2.5 15.6h15',
  query: 'M3 4h14l-5.4 6.4V16l-3.2-1.8v-3.8z',
  sink: 'M10 2.5v9.5M6.2 8.5 10 12.3l3.8-3.8M3 13v4h14v-4',
  table: 'M3.5 5c0-1.4 2.9-2.5 6.5-2.5S16.5 3.6 16.5 5 13.6 7.5 10 7.5 3.5 6.4 3.5 5zM3.5 5v10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V5M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5',
  page: 'M2.5 4h15v12h-15zM2.5 7.5h15M5 5.8h.01M7.2 5.8h.01',
};
const states = { ok: 'Works', trouble: 'Trouble', unknown: 'Cannot be read' };

function svg(name, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/* Columns of stages, in the order in which a payment passes them; channels lie beside each other. */
function columns(stages) {
  const of = (test) => stages.filter(test);
  return [
    of((stage) => stage.kind === 'channel'),
    of((stage) => stage.role === 'normalize'),
    of((stage) => stage.role === 'output'),
    of((stage) => stage.role === 'lastFive'),
    of((stage) => stage.role === 'aggregate'),
    of((stage) => stage.kind === 'sink'),
    of((stage) => stage.kind === 'table'),
    of((stage) => stage.kind === 'page'),
  ];
}

/* A line of a stage's box that says what is most worth saying. */
function about(stage) {
  if (stage.status === 'unknown' && stage.lag === undefined && stage.records === undefined) return 'cannot be read';
  if (stage.status === 'trouble') return stage.state ?? 'trouble';
  if (stage.kind === 'channel' || stage.kind === 'topic') return plural(stage.records, 'record', 'records');
  if (stage.kind === 'table') return 'customers';
  if (stage.kind === 'page') return 'watching';
  const lag = stage.lag === undefined ? 'lag unknown' : stage.lag === 0 ? 'no lag' : `lag ${count(stage.lag)}`;
  return stage.deadLetters ? plural(stage.deadLetters, 'dead letter', 'dead letters') : lag;
}

function bigNumber(stage) {
  if (stage.kind === 'table') return stage.customers === undefined ? ['–', ''] : [`${stage.exact ? '' : '≈ '}${count(stage.customers)}`, ''];
  if (stage.kind === 'page') return [count(stage.watching), ''];
  return stage.perSecond === undefined ? ['–', ''] : [perSecond(stage.perSecond), '/s'];
}

/* Lag beyond what the stage reads in a few seconds is worth a look; so is any dead letter. */
const alert = (stage) => stage.deadLetters > 0 || stage.lag > Math.max(1000, 5 * (stage.perSecond ?? 0));

const BOX = { width: 134, height: 104, gap: 38, laneGap: 22 };
let drawn = '';

function layout(stages) {
  const wide = WIDE.matches;
  const places = new Map();
  const cols = columns(stages);
  const lanes = Math.max(...cols.map((col) => col.length), 1);
  const lane = wide ? BOX.height + BOX.laneGap : BOX.width + BOX.laneGap;
  const across = lanes * lane - BOX.laneGap;
  const step = wide ? BOX.width + BOX.gap : BOX.height + 38;
  cols.forEach((col, index) => {
    const used = col.length * lane - BOX.laneGap;
    col.forEach((stage, position) => {
      const along = index * step;
      const aside = (across - used) / 2 + position * lane;
      places.set(stage.id, wide ? { x: along, y: aside } : { x: aside, y: along });
    });
  });
  const length = cols.length * step - (wide ? BOX.gap : 38);
  return { places, wide, width: wide ? length : Math.max(across, 306), height: wide ? across : length, shift: wide ? 0 : Math.max(0, 306 - across) / 2 };
}

function pipe(from, to, wide) {
  if (wide) {
    const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
    const middle = (x1 + x2) / 2;
    return `M${x1 + 4} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - 4} ${y2}`;
  }
  const [x1, y1, x2, y2] = [from.x + BOX.width / 2, from.y + BOX.height, to.x + BOX.width / 2, to.y];
  const middle = (y1 + y2) / 2;
  return `M${x1} ${y1 + 5}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2 - 5}`;
}

function draw(stages) {
  const { places, wide, width, height, shift } = layout(stages);
  const flow = byId('flow');
  const title = byId('flow-title');
  flow.setAttribute('viewBox', `${-2 - shift} -2 ${width + 4} ${height + 4}`);
  flow.replaceChildren(title);
  for (const stage of stages) {
    for (const target of stage.feeds) {
      if (!places.has(target)) continue;
      const d = pipe(places.get(stage.id), places.get(target), wide);
      flow.append(svg('path', { class: 'pipe', d }), svg('path', { class: 'flow', d, 'data-from': stage.id }));
    }
  }
  for (const stage of stages) {
    const { x, y } = places.get(stage.id);
    const text = (cls, dy, dx = 14) => svg('text', { class: cls, x: dx, y: dy });
    flow.append(svg('g', { transform: `translate(${x} ${y})`, 'data-id': stage.id, 'data-kind': stage.kind },
      svg('rect', { class: 'box', width: BOX.width, height: BOX.height, rx: 15 }),
      svg('g', { transform: 'translate(12 11) scale(.8)' }, svg('path', { class: 'icon', d: icons[stage.kind] })),
      svg('circle', { class: 'state', cx: BOX.width - 11, cy: 11, r: 3.5 }),
      text('title', 25, 33), text('name', 41), text('big', 68), text('more', 88), svg('title', {})));
  }
}

/* Long names are cut in the middle, where they differ least. */
const cut = (name, most) => (name.length <= most ? name : `${name.slice(0, most - 9)}…${name.slice(-8)}`);

function speedOf(rate) {
  if (!rate) return '';
  return String(1 + [20, 300, 3000].filter((bound) => rate >= bound).length);
}

function showPicture(stages) {
  const structure = JSON.stringify([WIDE.matches, stages.map(({ id, feeds }) => [id, feeds])]);
  if (structure !== drawn) {
    drawn = structure;
    draw(stages);
  }
  const byStage = new Map(stages.map((stage) => [stage.id, stage]));
  for (const group of byId('flow').querySelectorAll('g[data-id]')) {
    const stage = byStage.get(group.dataset.id);
    group.dataset.status = stage.status;
    group.dataset.alert = String(alert(stage));
    const set = (cls, text) => { group.querySelector(`.${cls}`).textContent = text; };
    const [big, per] = bigNumber(stage);
    set('title', cut(stage.title, 13));
    set('name', cut(stage.name, 18));
    set('big', big);
    if (per) {
      const unit = svg('tspan', { class: 'per', dx: 2 });
      unit.textContent = per;
      group.querySelector('.big').append(unit);
    }
    set('more', about(stage));
    group.querySelector('title').textContent = `${stage.title}, ${stage.name}: ${stage.problem ?? states[stage.status]}`;
  }
  for (const path of byId('flow').querySelectorAll('.flow')) {
    const from = byStage.get(path.dataset.from);
    const sink = byStage.get('sink');
    const speed = speedOf(from.kind === 'table' ? sink?.perSecond : from.perSecond);
    if (speed) path.dataset.speed = speed;
    else delete path.dataset.speed;
  }
}

/* Only what has changed is written, so that whoever reads the table keeps the place. */
function showNumbers(stages) {
  const wanted = stages.map(row);
  const rows = [...byId('numbers').children];
  if (rows.length !== wanted.length || rows.some((line, index) => line.dataset.id !== wanted[index].dataset.id)) {
    byId('numbers').replaceChildren(...wanted);
    return;
  }
  rows.forEach((line, index) => [...line.children].forEach((cell, column) => {
    const now = wanted[index].children[column];
    if (!cell.isEqualNode(now)) cell.replaceWith(now.cloneNode(true));
  }));
}

function row(stage) {
  const line = document.createElement('tr');
  line.dataset.id = stage.id;
  const cell = (tag, text, cls) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (cls) element.className = cls;
    line.append(element);
    return element;
  };
  const small = (parent, cls, text) => {
    const element = document.createElement('span');
    element.className = cls;
    element.textContent = text;
    parent.append(element);
  };
  const head = cell('th', stage.title);
  head.scope = 'row';
  small(head, 'id', stage.name);
  const state = cell('td', stage.state ?? states[stage.status], `state-${stage.status}`);
  if (stage.problem) small(state, 'why', stage.problem);
  if (stage.deadLetters) small(state, 'why', `${plural(stage.deadLetters, 'dead letter', 'dead letters')} in sink_dead_letter`);
  cell('td', stage.perSecond === undefined ? '' : perSecond(stage.perSecond), 'n');
  cell('td', stage.lag === undefined ? '' : whole.format(stage.lag), 'n');
  const all = stage.records ?? stage.customers;
  cell('td', all === undefined ? '' : whole.format(all), 'n');
  return line;
}

const sum = (stages, key) => {
  const numbers = stages.map((stage) => stage[key]).filter((number) => number !== undefined);
  return numbers.length ? numbers.reduce((one, other) => one + other, 0) : undefined;
};

function showTiles({ stages, leftOut }) {
  const channels = stages.filter((stage) => stage.kind === 'channel');
  const rate = sum(channels, 'perSecond');
  byId('rate').textContent = rate === undefined ? '–' : perSecond(rate);
  byId('rate-sub').textContent = channels.length === 1 ? 'one channel' : `${channels.length} channels`;
  const lag = sum(stages, 'lag');
  byId('lag').textContent = lag === undefined ? '–' : count(lag);
  byId('lag-unit').textContent = lag === 1 ? 'record' : 'records';
  const slowest = stages.filter((stage) => stage.lag > 0).sort((one, other) => other.lag - one.lag)[0];
  const behind = slowest?.perSecond > 0 ? `${duration((1000 * slowest.lag) / slowest.perSecond)} of payments` : `waiting at ${slowest?.name}`;
  byId('lag-sub').textContent = lag === undefined ? 'cannot be read' : slowest ? behind : 'every stage is at the end';
  const dead = sum(stages, 'deadLetters');
  const aside = dead === undefined && leftOut === undefined ? undefined : (dead ?? 0) + (leftOut ?? 0);
  byId('aside').textContent = aside === undefined ? '–' : count(aside);
  byId('aside-unit').textContent = aside === 1 ? 'record' : 'records';
  byId('aside').closest('.tile').classList.toggle('warn', aside > 0);
  byId('aside-sub').textContent = aside === undefined ? 'cannot be read'
    : `${dead === undefined ? 'unknown' : count(dead)} by the sink, ${leftOut === undefined ? 'unknown' : count(leftOut)} by queries`;
}

function millisText(millis) {
  return millis < 1000 ? [fine.format(millis), 'ms'] : [new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(millis / 1000), 's'];
}

function showLatency(latency) {
  const spark = byId('spark');
  if (latency.problem) {
    byId('p50').textContent = '–';
    byId('p50-unit').textContent = '';
    byId('latency-sub').textContent = latency.problem;
    spark.replaceChildren();
    spark.setAttribute('aria-label', 'Nothing is measured here');
    return;
  }
  const measured = latency.meansMillis.some((mean) => mean !== null) && latency.p50Millis > 0;
  const [p50, unit] = measured ? millisText(latency.p50Millis) : ['–', ''];
  const [p99, unit99] = millisText(latency.p99Millis);
  byId('p50').textContent = p50;
  byId('p50-unit').textContent = unit && `${unit} for half of them`;
  byId('latency-sub').textContent = measured ? `99 of 100 within ${p99} ${unit99}` : 'nothing was written lately';
  const most = Math.max(...latency.meansMillis.map((mean) => mean ?? 0), 1);
  const points = 150;
  const x = (index) => (300 * (index + points - latency.meansMillis.length)) / (points - 1);
  const y = (mean) => 54 - (50 * mean) / most;
  const runs = [];
  latency.meansMillis.forEach((mean, index) => {
    if (mean === null) return;
    const last = runs.at(-1);
    // A pause between writes of a few seconds is no gap.
    if (last && index - last.at(-1)[0] <= 3) last.push([index, mean]);
    else runs.push([[index, mean]]);
  });
  spark.replaceChildren(...runs.flatMap((run) => {
    const line = run.map(([index, mean]) => `${x(index).toFixed(1)} ${y(mean).toFixed(1)}`).join('L');
    const area = `M${x(run[0][0]).toFixed(1)} 56L${line}L${x(run.at(-1)[0]).toFixed(1)} 56Z`;
    return [svg('path', { class: 'area', d: area }), svg('path', { class: 'line', d: `M${line}${run.length === 1 ? 'h.1' : ''}` })];
  }));
  const [highest, highestUnit] = millisText(most);
  spark.setAttribute('aria-label', `Time from sent to visible over the last ${duration(points * latency.everyMillis)}, at most ${highest} ${highestUnit} on average`);
}

function showProblems(sources) {
  const problems = Object.values(sources).filter(({ readable }) => !readable).map(({ problem }) => problem);
  byId('away').hidden = problems.length === 0;
  byId('away').textContent = problems.join(' · ');
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/api/pipeline');
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const pipeline = await answer.json();
    badge.connected();
    badge.age(pipeline.data);
    showProblems(pipeline.sources);
    showTiles(pipeline);
    showLatency(pipeline.latency);
    showPicture(pipeline.stages);
    showNumbers(pipeline.stages);
  } catch (away) {
    console.warn(away);
    badge.connecting(true);
  }
}

async function keepLooking() {
  await look();
  setTimeout(keepLooking, BETWEEN_LOOKS);
}

WIDE.addEventListener('change', look);
document.addEventListener('visibilitychange', look);
keepLooking();
