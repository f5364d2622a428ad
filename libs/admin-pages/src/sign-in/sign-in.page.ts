/** What the sign-in page shows. */
export interface SignInView {
  /** Where to go afterwards. */
  readonly next: string;
  readonly problem?: string;
  /** Whether people can sign in with their account elsewhere. */
  readonly hasOpenId: boolean;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
  main { width: min(24rem, calc(100vw - 3rem)); }
  h1 { font-size: 1.25rem; margin: 0 0 1rem; }
  label { display: block; font-weight: 600; }
  input, button, .button { box-sizing: border-box; display: block; width: 100%; font: inherit; padding: .6rem .75rem; margin: .25rem 0 1rem;
    border: 1px solid #8a8f98; border-radius: .4rem; text-align: center; text-decoration: none; }
  input { text-align: left; }
  button, .button { background: #2456c7; border-color: #2456c7; color: #fff; cursor: pointer; }
  :focus-visible { outline: 3px solid #7aa2ff; outline-offset: 2px; }
  .problem { border-left: 4px solid #c62828; padding-left: .75rem; }
  p { margin: 0 0 1rem; }`;

/** Asks for a token, or sends people to where they have an account. */
export function signInPage({ next, problem, hasOpenId }: SignInView): string {
  const openId = `<a class="button" href="/admin/sign-in/openid?next=${encodeURIComponent(next)}">Sign in with your account</a>
    <p>Or, with a token:</p>`;
  return page(
    'Sign in',
    `${problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`}
    ${hasOpenId ? openId : ''}
    <form method="post" action="/admin/sign-in">
      <input type="hidden" name="next" value="${escapeHtml(next)}">
      <label for="token">Token</label>
      <input id="token" name="token" type="password" autocomplete="off" required autofocus>
      <button type="submit">Sign in</button>
    </form>
    <p>A personal token, or the one of the settings: <code>switchyard tokens create</code> makes one.</p>`,
  );
}

/** Asks whether to sign out: a link alone must not do it. */
export function signOutPage(name: string, csrfToken: string): string {
  return page(
    'Sign out',
    `<p>You are signed in as <strong>${escapeHtml(name)}</strong>.</p>
    <form method="post" action="/admin/sign-out">
      <input type="hidden" name="csrf" value="${escapeHtml(csrfToken)}">
      <button type="submit">Sign out</button>
    </form>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${title} · Switchyard</title>
    <style>${STYLE}
    </style>
  </head>
  <body>
    <main>
    <h1>Switchyard: ${title.toLowerCase()}</h1>
    ${content}
    </main>
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
