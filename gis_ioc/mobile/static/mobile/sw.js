/** Shows pushes and says that it did. No page goes through it: there is no cache. */

const SEEN = "/api/v1/push/seen";

/**
 * @param {string} token
 * @param {"shown"|"read"} what
 */
async function tell(token, what) {
  try {
    await fetch(SEEN, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, what }),
      keepalive: true,
    });
  } catch {
    // without a connection nobody can be told; the message itself came
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? { title: "GIS-IOC", body: "", url: "/", tag: "" };
  const shown = self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    lang: told.lang,
    icon: "/favicon.ico",
    requireInteraction: told.urgent === true,
    data: { url: told.url, token: told.token },
  });
  event.waitUntil(Promise.all([shown, told.token ? tell(told.token, "shown") : null]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, token } = event.notification.data ?? {};
  event.waitUntil(Promise.all([open(url), token ? tell(token, "read") : null]));
});

/**
 * The window that shows the page already, or a new one; never another site.
 * @param {string} address
 */
async function open(address) {
  const wanted = new URL(address || "/", self.location.origin);
  if (wanted.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((client) => client.url === wanted.href);
  await (there ? there.focus() : self.clients.openWindow(wanted.href));
}
