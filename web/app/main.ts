import "leaflet/dist/leaflet.css";
import "./map/map.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/forms.css";
import "./styles/signin.css";
import "./styles/layout.css";
import "./styles/sheet.css";
import "./styles/print.css";
import { getMe, getVocabulary } from "./api/calls";
import { ApiError, onSessionEnd, type Me } from "./api/client";
import { t } from "./i18n";
import { openShell, type Shell } from "./screens/shell";
import { signInPage, type SignInReason } from "./screens/signin";
import { followAddress, store } from "./state";
import { installAnnouncer } from "./ui/announce";
import { fill, h } from "./ui/h";
import { icon } from "./ui/icons";
import { installPreferences } from "./ui/preferences";

const root = document.querySelector<HTMLElement>("#app");
let shell: Shell | null = null;

/** Shows the sign-in page, whatever was on the screen; the address stays, so the person comes back to the same place. */
async function signInAgain(reason: SignInReason): Promise<void> {
  if (!root || (reason !== "first" && !shell)) return;
  shell?.destroy();
  shell = null;
  await open(await signInPage(root, reason));
}

async function open(me: Me): Promise<void> {
  if (!root) return;
  store.set({ me, vocabulary: await getVocabulary() });
  shell = openShell(root, { leave: (reason) => void signInAgain(reason), reopen: () => (shell?.destroy(), void open(store.get().me)) });
}

async function start(): Promise<void> {
  if (!root) return;
  fill(root, h("div", { class: "loading-page", role: "status" }, h("span", { class: "spinner" }), t("app.loading")));
  try {
    await open(await getMe());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return signInAgain("first");
    const detail = error instanceof ApiError && error.status > 0 ? error.message : t("error.network");
    const retry = h("button", { type: "button", class: "button button-primary", onclick: () => void start() }, t("app.retry"));
    fill(root, h("main", { class: "loading-page" }, icon("warning", 32), h("h1", null, t("app.failed")), h("p", null, detail), retry));
  }
}

// A page that the browser kept shows what its session saw, which may have ended since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
installPreferences();
installAnnouncer();
followAddress();
onSessionEnd(() => void signInAgain("ended"));
void start();
