/** Writes points in the middle of Marseille by the API, at a rate and for a time; every so many has a name that the page looks for. */
export async function writes({ url, writer, password, rate, seconds, watched: every }) {
  const session = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: writer, password, motive: "mesure" }),
  });
  if (session.status !== 201) throw new Error(`the writer cannot sign in: ${session.status}`);
  const cookie = session.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const watched = [];
  const answers = [];
  const begin = performance.now();
  for (let n = 0; n < rate * seconds; n++) {
    const wait = begin + (n * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    const name = n % every === 0 ? `Direct mesure ${n}!` : `Passage ${n}`;
    if (n % every === 0) watched.push({ name, at: performance.timeOrigin + performance.now() });
    const body = {
      type: "Feature",
      geometry: { type: "Point", coordinates: [5.35 + (n % 61) / 1000, 43.28 + (n % 37) / 1100] },
      properties: { kind: "street", status: "active", name, accuracy: "building" },
    };
    answers.push(
      fetch(`${url}/api/v1/deal-points?duplicates=accepted`, { method: "POST", headers: { "Content-Type": "application/json", Cookie: cookie }, body: JSON.stringify(body) }).then(async (answer) => {
        if (answer.status !== 201) throw new Error(`write a point: ${answer.status}: ${await answer.text()}`);
      }),
    );
  }
  await Promise.all(answers);
  return { watched, written: answers.length, seconds: (performance.now() - begin) / 1000 };
}
