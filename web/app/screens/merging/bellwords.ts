/** The words of the bell, which is on every screen: those of the queue are loaded with the queue. */
import { dictionary } from "../../i18n";

export const bellWords = {
  fr: {
    "bell": "Avis",
    "bell.new": "Avis : {n} nouveau|Avis : {n} nouveaux",
    "bell.title": "Vos fiches, fusionnées ou séparées par d'autres",
    "bell.none": "Aucun avis",
    "bell.noneHelp": "Quand une autre unité fusionne ou sépare une fiche de la vôtre, c'est dit ici pendant 90 jours.",
    "bell.fresh": "nouveau",
    "bell.arrived": "{n} nouvel avis sur vos fiches.|{n} nouveaux avis sur vos fiches.",
    "notice.merged": "{who} a fusionné votre fiche {mine} avec {other} le {when}.",
    "notice.split": "{who} a séparé votre fiche {mine} de {other}, après une fusion du {when}.",
    "notice.both.merged": "{who} a fusionné vos fiches {mine} et {other} le {when}.",
    "notice.both.split": "{who} a séparé vos fiches {mine} et {other}, après une fusion du {when}.",
    "notice.open": "Ouvrir {ref}",
    "who.cross": "La {unit}",
    "who.unit": "L'unité {unit}",
    "who.service": "Le service {service}",
    "who.ofast": "L'Ofast",
  },
  en: {
    "bell": "Notices",
    "bell.new": "Notices: {n} new|Notices: {n} new",
    "bell.title": "Your records, merged or parted by others",
    "bell.none": "No notice",
    "bell.noneHelp": "When another unit merges or parts a record of yours, it is told here for 90 days.",
    "bell.fresh": "new",
    "bell.arrived": "{n} new notice about your records.|{n} new notices about your records.",
    "notice.merged": "{who} merged your record {mine} with {other} on {when}.",
    "notice.split": "{who} parted your record {mine} from {other}, after a merge on {when}.",
    "notice.both.merged": "{who} merged your records {mine} and {other} on {when}.",
    "notice.both.split": "{who} parted your records {mine} and {other}, after a merge on {when}.",
    "notice.open": "Open {ref}",
    "who.cross": "{unit}",
    "who.unit": "{unit}",
    "who.service": "{service}",
    "who.ofast": "The Ofast",
  },
} as const;

export const tb = dictionary(bellWords);
