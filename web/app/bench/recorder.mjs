/**
 * Runs in the page before the application: notes when the map is first drawn, and, between start and stop, how long frames and
 * tasks of the main thread take. Must stand by itself: its text is sent to the browser.
 */
export function installRecorder() {
  const frames = [];
  const tasks = [];
  let running = false;
  let asked = 0;
  let sought = "";
  const seen = new Set();

  const drawn = new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      if (!list.getEntriesByName("map-drawn").length) return;
      observer.disconnect();
      // The frame that the mark was set in is done when the next one begins.
      requestAnimationFrame(() => resolve(performance.now()));
    }).observe({ type: "mark", buffered: true });
  });
  new PerformanceObserver((list) => {
    if (running) for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: "longtask" });

  // A tile counts when its bytes were read and two frames have begun: one to paint it, one that shows that this is done. It is not
  // watched whether the map, which has yet to decode the tile, paints in the first; a slow one may take a frame more.
  const ask = globalThis.fetch;
  globalThis.fetch = async (...of) => {
    const response = await ask(...of);
    if (running && sought !== "" && response.ok && response.url.includes("/tiles/deal_points/")) response.clone().arrayBuffer().then(look, () => {});
    return response;
  };
  const look = (bytes) => {
    const text = new TextDecoder("latin1").decode(bytes);
    const found = [];
    for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
      const name = text.slice(at, text.indexOf("!", at) + 1);
      if (!seen.has(name)) found.push(name);
    }
    if (found.length === 0) return;
    for (const name of found) seen.add(name);
    requestAnimationFrame(() => requestAnimationFrame(() => found.forEach((name) => recorderSaw(name, performance.timeOrigin + performance.now()))));
  };

  globalThis.recorder = {
    drawn,
    start(watched = "") {
      frames.length = tasks.length = 0;
      sought = watched;
      running = true;
      let before = 0;
      const frame = (now) => {
        if (before > 0) frames.push(now - before);
        before = now;
        asked = requestAnimationFrame(frame);
      };
      asked = requestAnimationFrame(frame);
    },
    stop() {
      running = false;
      cancelAnimationFrame(asked);
      return { frames, tasks };
    },
    /** Bytes of all scripts that were loaded, as they came over the network. */
    scripts: () => performance.getEntriesByType("resource").reduce((sum, { name, encodedBodySize }) => sum + (new URL(name).pathname.endsWith(".js") ? encodedBodySize : 0), 0),
  };
}
