// The site's pages, as text.

export function escape(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text).replace(/[&<>"']/g, (each) => entities[each]);
}

function layout({ title, user, content }) {
  const account = user
    ? `<span class="who">${escape(user.name ?? user.email)}</span>
       <form method="post" action="/sign-out"><button class="quiet">Sign out everywhere</button></form>`
    : '<a class="button" href="/sign-in">Sign in</a>';
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escape(title)}</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header>
    <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">Harbour News</a>
    <nav aria-label="Site"><a href="/">Front page</a><a href="/members">Members</a></nav>
    <div class="account">${account}</div>
  </header>
  <main>${content}</main>
  <footer>An example site. Its sign-in is <a href="https://openid.net/developers/how-connect-works/">OpenID Connect</a>, by Cloud Voyages.</footer>
</body>
</html>
`;
}

export function frontPage(user) {
  return layout({ title: 'Harbour News', user, content: `
    <p class="kicker">Morning edition</p>
    <h1>The tide brings a new ferry</h1>
    <p class="lead">From Monday the blue ferry crosses the bay each half hour, and takes bicycles for nothing.</p>
    <p>The harbour master calls it “the quietest ship we ever had”. Its first crossing is at six; the baker on the quay opens at five.</p>
    <aside class="card">
      <h2>For members</h2>
      <p>Tide tables, the captain’s log, and the crossword.</p>
      <a class="button" href="/members">${user ? 'Go there' : 'Sign in to read'}</a>
    </aside>` });
}

export function membersPage(user) {
  const rows = [['Name', user.name ?? '—'], ['E-mail', user.email ?? '—'], ['Account', user.sub], ['Session', user.sid]];
  return layout({ title: 'Members · Harbour News', user, content: `
    <p class="kicker">Members</p>
    <h1>Welcome aboard${user.name ? `, ${escape(user.name)}` : ''}</h1>
    <p class="lead">High water today at 07:14 and 19:38. The captain’s log is on the table.</p>
    <section class="card">
      <h2>What this site knows of you</h2>
      <dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
      <p class="note">It never saw your password. Sign out here, or at any other site, and you are signed out of all of them.</p>
    </section>` });
}

export function problemPage(status, text) {
  return layout({ title: 'Harbour News', content: `
    <p class="kicker">${status}</p>
    <h1>That did not work</h1>
    <p class="lead">${escape(text)}</p>
    <a class="button" href="/">To the front page</a>` });
}
