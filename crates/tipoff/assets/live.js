// Draws the page's main part anew when the server says that something may have changed. Without it the page stays true, only older.
const events = new EventSource("/events");
let drawing = false;
const address = new URL(location.href);
address.searchParams.delete("did");
address.searchParams.delete("changed");
history.replaceState(null, "", address);

events.onmessage = async () => {
  const busy = document.activeElement && document.activeElement.matches("main input, main select");
  if (drawing || busy) return;
  drawing = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const old = document.querySelector("main");
    const focused = document.activeElement && document.activeElement.id;
    for (const open of old.querySelectorAll("details[open][id]")) fresh.querySelector("#" + CSS.escape(open.id))?.setAttribute("open", "");
    old.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  } finally {
    drawing = false;
  }
};
