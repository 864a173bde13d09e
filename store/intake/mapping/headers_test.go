package mapping_test

import (
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// Headers as services write them, each with a few cells as they stand below it.
func TestHeadersFindTheirField(t *testing.T) {
	t.Parallel()
	cells := map[string]string{
		"name": "Cité A|Tour B|Halle C", "address": "1 rue A|2 rue B|3 rue C", "postcode": "13013|59000|69200", "commune": "13055|59350|69259", "kind": "hall|rue|drive", "status": "actif|en sommeil|perturbé",
		"products": "herbe|coke, crack|héro", "hours": "12h-22h|14h à 23h|soir", "first_seen": "03/02/2025|14/03/2025|28/04/2025", "last_confirmed": "03/02/2026|14/03/2026|28/04/2026", "closing_date": "03/02/2026||28/04/2026",
		"next_review": "2027-01-01|2027-02-01|2027-03-01", "landlord": "Habitat Sud|Habitat Nord|Habitat Est", "note": "près du parc|deux accès|derrière la gare", "owner_service": "PN|Gendarmerie|Douane", "owner_unit": "BST Nord|BR Aubagne|BSI Lyon",
		"grading": "A1|B2|C3", "case_references": "2026/001|2026/002|2026/003", "networks": "R-13-7KQ|R-69-8AB|R-59-2CD", "reach": "nationale|service|zone", "handling_code": "H0|H1|H2", "cameras": "oui|non|oui", "lookouts": "x||x",
		"obstacles": "1|0|1", "intensity": "1|3|5", "accuracy": "rue|bâtiment|hall", "embargo": "2027-01-01||", "departement": "13|59|69", "source_id": "A-1|A-2|A-3", "closing_reason": "démantelé||doublon", "position": "48.85, 2.30|43.29, 5.36|45.76, 4.83",
	}
	for field, headers := range map[string]string{
		"name":    "Libellé|LIBELLE|Lieu|Dénomination|denomination|Nom du point|Nom|Désignation|Résidence|Intitulé|Location|name|NomSite",
		"address": "Adresse complète|ADRESSE|adresse_postale|Adresse du point|address|AdresseComplete", "postcode": "CP|Code postal|code_postal|CODE_POSTAL|C.P.|Postcode|codePostal",
		"commune": "Code INSEE|INSEE|code_insee|insee_com|Commune|CODGEO|codeINSEE|Code commune|N° INSEE", "kind": "Type de point|Nature|type|TYPE_POINT|Kind|Catégorie|Mode de vente", "status": "Statut|Etat|État|STATUT|status|Statut du point",
		"products": "Produit(s)|Produits|Stup|STUPS|Type de produit|Substances|Drogue|Product|Produits vendus", "hours": "Horaires|Horaire|Créneau horaire|Plages horaires|Amplitude|opening_hours", "first_seen": "Date de constatation|Créé le|Date de création|Première observation|Signalé le|first_seen|DATE_CREATION",
		"last_confirmed": "Dernière observation|Vu le|DERNIERE_OBSERVATION|Date|Mise à jour|Date de mise à jour|MAJ|Constaté le|last seen|Date d’observation", "closing_date": "Fermé le|Date de fermeture|Date fermeture|DATE_CLOTURE", "next_review": "Prochaine revue|Échéance|À revoir le",
		"landlord": "Bailleur|Bailleur social|Nom du bailleur", "note": "Observations|Commentaires|Commentaire|Remarques|notes|Divers|OBS. observations", "owner_service": "Service|Service propriétaire|Administration|SERVICE", "owner_unit": "Unité|Brigade|UNITE|Unité compétente|Commissariat",
		"grading": "Cotation|COTATION|Cotation du renseignement", "case_references": "N° procédure|PV|N° PV|Procédure|N° de procédure|Procès-verbal|Dossier", "networks": "Réseau|RESEAUX|Code réseau", "reach": "Diffusion|Niveau de diffusion", "handling_code": "Code d’usage|handling_code",
		"cameras": "Caméras|Vidéosurveillance|Vidéoprotection", "lookouts": "Guetteurs|Choufs|Présence de guetteurs", "obstacles": "Obstacles|Entraves", "intensity": "Intensité|Niveau d’activité", "accuracy": "Précision|precision_geo", "embargo": "Embargo|Embargo jusqu’au",
		"departement": "Département|Dept|DEP|code_departement", "source_id": "ID|Identifiant|fid|OBJECTID|N° fiche|Réf|Crime ID", "closing_reason": "Motif de fermeture|Motif", "position": "Coordonnées|Coordonnées GPS|geom|GPS|lat_lon",
	} {
		for name := range strings.SplitSeq(headers, "|") {
			var rows []list.Row
			for i, cell := range strings.Split(cells[field], "|") {
				rows = append(rows, list.Row{Line: i + 2, Cells: []string{"quelque chose", cell}})
			}
			s := mapping.Suggest(list.Findings{}, []string{"Zed", name}, rows, territories(t))
			if s.Columns[field] != name {
				t.Errorf("%q is %v, not %s", name, s.Columns, field)
			}
		}
	}
	for _, pair := range []string{"X|Y", "x_l93|y_l93", "Coord_X|Coord_Y", "XL93|YL93", "Coordonnée X|Coordonnée Y", "easting|northing", "X (m)|Y (m)"} {
		suggestPair(t, pair, [2]string{"893456", "6247123"}, 2154)
	}
	for _, pair := range []string{"Longitude|Latitude", "Long.|Lat.", "lon|lat", "lng|lat", "LONGITUDE_WGS84|LATITUDE_WGS84", "X|Y", "gps_long|gps_lat"} {
		suggestPair(t, pair, [2]string{"5,3694", "43,2965"}, 4326)
	}
	for _, person := range []string{"Nom de l’agent", "Prénom", "Téléphone du gardien", "Nom de l’auteur", "Mail"} {
		s := mapping.Suggest(list.Findings{}, []string{"Lieu", person}, []list.Row{{Line: 2, Cells: []string{"Cité A", "Durand"}}}, territories(t))
		if len(s.Columns) != 1 {
			t.Errorf("%q is suggested: %v", person, s.Columns)
		}
	}
}

func suggestPair(t *testing.T, pair string, cells [2]string, epsg int) {
	t.Helper()
	x, y, _ := strings.Cut(pair, "|")
	s := mapping.Suggest(list.Findings{}, []string{"Nom", y, x}, []list.Row{{Line: 2, Cells: []string{"A", cells[1], cells[0]}}}, territories(t))
	if s.Columns["x"] != x || s.Columns["y"] != y || s.EPSG != epsg || s.Swapped {
		t.Errorf("%s: %v, EPSG:%d, swapped %t", pair, s.Columns, s.EPSG, s.Swapped)
	}
}
