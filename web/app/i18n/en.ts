import { fr, type Key } from "./fr";

export const en: Record<Key, string> = fr;
