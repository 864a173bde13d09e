import { dictionary } from "../../i18n";

/** Words that all screens without a map share. */
export const deskWords = {
  fr: {
    "skip": "Aller au contenu",
    "tool.reports": "Signalements",
    "tool.embargo": "Embargo",
    "nothing.title": "Aucun écran pour ce rôle",
    "nothing.text": "Votre habilitation n'ouvre pas d'écran : demandez à un administrateur.",
    "detail.close": "Fermer le détail",
    "copy": "Copier",
    "copy.what": "Copier : {what}",
    "copy.done": "Copié.",
    "copy.failed": "La copie n'a pas été possible : sélectionnez le texte.",
    "more": "Afficher la suite",
    "search": "Rechercher",
    "noMatch": "Aucune ligne ne correspond.",
    "noMatchHelp": "Retirez un mot ou un filtre.",
    "territory.placeholder": "Nom ou code…",
    "territory.remove": "Retirer {name}",
    "territory.added": "{name} ajouté.",
    "territory.removed": "{name} retiré.",
  },
  en: {
    "skip": "Skip to the content",
    "tool.reports": "Reports",
    "tool.embargo": "Embargo",
    "nothing.title": "No screen for this role",
    "nothing.text": "Your grant opens no screen: ask an administrator.",
    "detail.close": "Close the details",
    "copy": "Copy",
    "copy.what": "Copy: {what}",
    "copy.done": "Copied.",
    "copy.failed": "It could not be copied: select the text.",
    "more": "Show more",
    "search": "Search",
    "noMatch": "No line matches.",
    "noMatchHelp": "Remove a word or a filter.",
    "territory.placeholder": "Name or code…",
    "territory.remove": "Remove {name}",
    "territory.added": "{name} added.",
    "territory.removed": "{name} removed.",
  },
} as const;

export const td = dictionary(deskWords);
