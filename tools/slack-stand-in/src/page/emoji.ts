/** The emoji that Switchyard's messages use, by Slack's names. */
const EMOJI: Readonly<Record<string, string>> = {
  bug: '🐛',
  large_blue_circle: '🔵',
  large_yellow_circle: '🟡',
  red_circle: '🔴',
  white_circle: '⚪',
  chart_with_upwards_trend: '📈',
  busts_in_silhouette: '👥',
  spiral_calendar_pad: '🗓️',
  white_check_mark: '✅',
  warning: '⚠️',
  tada: '🎉',
  eyes: '👀',
  thumbsup: '👍',
  rocket: '🚀',
};

/** Puts emoji in the place of their names; names that nobody knows stay. */
export const withEmoji = (text: string): string =>
  text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) =>
    Object.hasOwn(EMOJI, name) ? (EMOJI[name] ?? whole) : whole,
  );

/** Circles are drawn, so that they look alike on machines without emoji. */
const DOTS: Readonly<Record<string, string>> = { '🔵': 'blue', '🟡': 'yellow', '🔴': 'red', '⚪': 'white' };

/** Finished HTML in which circles are drawn. */
export const withDots = (finished: string): string =>
  finished.replace(
    /[🔵🟡🔴⚪]/gu,
    (circle) => `<span class="dot ${DOTS[circle]}" role="img" aria-label="${DOTS[circle]} circle"></span>`,
  );
