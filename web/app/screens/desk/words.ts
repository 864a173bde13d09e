import { dictionary } from "../../i18n";

/** Words that all screens without a map share. */
export const deskWords = {
  fr: {
    "detail.close": "Fermer le détail",
    "copy": "Copier",
    "copy.what": "Copier : {what}",
    "copy.done": "Copié.",
    "copy.failed": "La copie n'a pas été possible : sélectionnez le texte.",
    "more": "Afficher la suite",
    "search": "Rechercher",
    "noMatch": "Aucune ligne ne correspond.",
    "noMatchHelp": "Retirez un mot ou un filtre.",
    "offline": "Le serveur ne répond pas. La saisie est conservée : réessayez.",
    "correct": "À corriger",
  },
  en: {
    "detail.close": "Close the details",
    "copy": "Copy",
    "copy.what": "Copy: {what}",
    "copy.done": "Copied.",
    "copy.failed": "It could not be copied: select the text.",
    "more": "Show more",
    "search": "Search",
    "noMatch": "No line matches.",
    "noMatchHelp": "Remove a word or a filter.",
    "offline": "The server does not answer. What you typed is kept: try again.",
    "correct": "To be corrected",
  },
} as const;

export const td = dictionary(deskWords);
