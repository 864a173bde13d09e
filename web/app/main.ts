import "leaflet/dist/leaflet.css";
import "./map/map.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/forms.css";
import "./styles/signin.css";
import "./styles/session.css";
import "./styles/layout.css";
import "./styles/sheet.css";
import "./styles/links.css";
import "./styles/merging.css";
import "./styles/print.css";
import { getSession, getVocabulary } from "./api/calls";
import { ApiError, onAccessEnd, whyEnded, type Me } from "./api/client";
import { t } from "./i18n";
import { sentence } from "./i18n/served";
import { keepOpenForms } from "./screens/draft";
import { openShell, type Shell } from "./screens/shell";
import { signInPages, type SignInReason } from "./screens/signin";
import { followAddress, forgetPerson, store } from "./state";
import { forgetMessages, installAnnouncer } from "./ui/announce";
import { closeDialogs } from "./ui/dialog";
import { fill, h } from "./ui/h";
import { icon } from "./ui/icons";
import { installPreferences } from "./ui/preferences";
import { restrictedBand } from "./ui/restricted";

const root = document.querySelector<HTMLElement>("#app");
let shell: Shell | null = null;

/**
 * Takes everything of the map off the screen and out of memory, at once, then asks to sign in. The address stays, so the
 * same person comes back to the same place.
 */
function leave(reason: SignInReason): void {
  if (!root || !shell) return;
  keepOpenForms();
  shell.destroy();
  shell = null;
  closeDialogs();
  forgetMessages();
  forgetPerson();
  void enter(reason);
}

async function enter(reason: SignInReason): Promise<void> {
  if (!root) return;
  try {
    const why = reason.why === "ended" ? await waited(whyEnded()) : reason;
    const me = await signInPages(root, await waited(getSession()), why);
    store.set({ node: me.node ?? null });
    await open(me);
  } catch (error) {
    const detail = error instanceof ApiError && error.status > 0 ? error.message : t("error.network");
    const unavailable = error instanceof ApiError && error.status === 503;
    const retry = h("button", { type: "button", class: "button button-primary", onclick: () => void enter(reason) }, t("app.retry"));
    fill(root, restrictedBand(), h("main", { class: "loading-page" }, icon("warning", 32), h("h1", null, t(unavailable ? "app.unavailable" : "app.failed")), h("p", null, sentence(detail)), retry));
    if (unavailable) comeBack(retry, () => void enter(reason));
  }
}

/** How often a server that shows nothing for now is asked whether it does again, in milliseconds. */
const askAgain = 5_000;

/** Goes on as soon as the server answers again, as long as the page that says that it does not is there. */
function comeBack(page: HTMLElement, go: () => void): void {
  setTimeout(() => {
    if (!page.isConnected) return;
    getSession().then(() => page.isConnected && go(), () => comeBack(page, go));
  }, askAgain);
}

/** Waits for an answer, and says so only when it takes longer than a page could be seen: to lay out and paint one keeps the map waiting. */
async function waited<T>(answer: Promise<T>): Promise<T> {
  const page = h("div", { class: "loading-page", role: "status" }, h("span", { class: "spinner" }), t("app.loading"));
  const before = root?.firstElementChild;
  // What is shown meanwhile is not taken away: the access may have ended, and the person be asked to sign in.
  const slow = setTimeout(() => root && root.firstElementChild === before && fill(root, page), 150);
  return answer.finally(() => clearTimeout(slow));
}

async function open(me: Me): Promise<void> {
  if (!root) return;
  store.set({ me, vocabulary: await waited(getVocabulary()) });
  shell = openShell(root, { leave: (reason) => leave(reason), reopen: () => (keepOpenForms(), shell?.destroy(), void open(store.get().me)) });
}

// A page that the browser kept shows what its session saw, which may have ended since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
installAnnouncer();
followAddress();
onAccessEnd(leave);
void installPreferences().then(() => enter({ why: "first" }));
