// What both pages use. Everything that comes from outside is set as text, never as markup.
export const byId = (id) => document.getElementById(id);
export const locale = navigator.languages?.length ? [...navigator.languages] : undefined;

const relativeTime = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const inUnit = (value, unit, unitDisplay) =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: 0 }).format(value);

/* 45 seconds, 3 minutes, 2 hours. */
export function duration(millis, unitDisplay = 'long') {
  const seconds = millis / 1000;
  if (seconds < 60) return inUnit(Math.round(seconds), 'second', unitDisplay);
  if (seconds < 3600) return inUnit(Math.floor(seconds / 60), 'minute', unitDisplay);
  if (seconds < 2 * 86400) return inUnit(Math.floor(seconds / 3600), 'hour', unitDisplay);
  return inUnit(Math.floor(seconds / 86400), 'day', unitDisplay);
}

export function ago(date) {
  const seconds = Math.round((date - Date.now()) / 1000);
  const past = Math.abs(seconds);
  if (past < 10) return relativeTime.format(0, 'second');
  if (past < 60) return relativeTime.format(seconds, 'second');
  if (past < 3600) return relativeTime.format(Math.round(seconds / 60), 'minute');
  if (past < 86400) return relativeTime.format(Math.round(seconds / 3600), 'hour');
  return relativeTime.format(Math.round(seconds / 86400), 'day');
}

/* The badge that tells how fresh the data is: green while new records come, amber once the newest is older than the
   server's bound, whatever this machine's clock says. It is the only thing that changes where payment services are down. */
export class FreshnessBadge {
  #badge;
  #text;
  #spoken;
  #connection = 'connecting';
  #age = null;
  #receivedAt = 0;

  constructor(badge, spoken) {
    this.#badge = badge;
    this.#text = badge.querySelector('.badge-text');
    this.#spoken = spoken;
    setInterval(() => this.show(), 1000);
    this.show();
  }

  connecting(again) {
    this.#connection = again ? 'reconnecting' : 'connecting';
    this.show();
  }

  connected() {
    this.#connection = 'connected';
    this.show();
  }

  age(data) {
    this.#age = data;
    this.#receivedAt = performance.now();
    this.show();
  }

  show() {
    let state = this.#connection;
    let text = state === 'connecting' ? 'Connecting' : 'Reconnecting';
    if (state === 'connected') {
      const known = this.#age?.ageMillis !== undefined;
      const age = known ? this.#age.ageMillis + performance.now() - this.#receivedAt : 0;
      const stale = known && age > this.#age.staleAfterMillis;
      state = stale ? 'stale' : 'live';
      text = stale ? `No new data for ${duration(age)}` : 'Live';
    }
    if (this.#badge.dataset.state !== state && (state === 'stale' || this.#badge.dataset.state === 'stale')) {
      this.#spoken.textContent = text;
    }
    this.#badge.dataset.state = state;
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }
}
