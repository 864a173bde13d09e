package tiles

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb/maptile"
)

// TileJSONDocument is a TileJSON 3.0.0 document.
type TileJSONDocument struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Attribution  string        `json:"attribution"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"` // west, south, east, north, degrees
	Center       [3]float64    `json:"center"` // longitude, latitude, zoom
	VectorLayers []VectorLayer `json:"vector_layers"`
}

// VectorLayer describes one layer: Fields holds a description of each attribute.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// TileJSON describes the tiles served under a base address ("https://dealmap.example", or empty for addresses relative to
// the host). The tiles named are those with every layer.
func (d *Drawer) TileJSON(baseURL string) TileJSONDocument {
	names := strings.ReplaceAll(allLayers(), ", ", ",")
	return TileJSONDocument{
		TileJSON: "3.0.0",
		Name:     "dealmap",
		Attribution: "Contours indicatifs : Natural Earth (domaine public) · Code officiel géographique : Insee · " +
			"Centres de communes : GeoNames (CC BY 4.0)",
		Tiles:        []string{strings.TrimSuffix(baseURL, "/") + "/tiles/" + names + "/{z}/{x}/{y}.mvt"},
		MaxZoom:      MaxZoom,
		Bounds:       [4]float64{-180, -28.5, 180, 51.5},
		Center:       [3]float64{2.5, 46.6, 5},
		VectorLayers: vectorLayers(d.pointsFrom),
	}
}

func vectorLayers(pointsFrom maptile.Zoom) []VectorLayer {
	return []VectorLayer{
		{
			ID: string(LayerBasemap), Description: "Terres (surfaces), lacs (surfaces) et rivières (lignes)", MaxZoom: MaxZoom,
			Fields: map[string]string{"kind": "land, lake ou river"},
		},
		{
			ID: string(LayerTerritories), MaxZoom: MaxZoom,
			Description: "Contours (surfaces) des territoires, et un point par nom à écrire, dans une seule tuile",
			Fields: map[string]string{
				"code":       "code du territoire, par exemple dep:13",
				"name":       "nom",
				"level":      "reg, dep, arr, com, qpv ou qrr",
				"indicative": "vrai quand le contour n’est pas officiel, absent sinon",
				"label":      "vrai pour le point où écrire le nom, absent des contours",
				"population": "habitants, sur les points des communes dont on la connaît",
			},
		},
		{
			ID: string(LayerHeat), MaxZoom: MaxZoom,
			Description: "Mailles hexagonales (surfaces) de même surface au sol ; sans type ni état choisi, elles comptent selon la règle du ministère",
			Fields: map[string]string{
				"count":  "nombre de points de deal",
				"weight": "leur intensité cumulée (3 quand elle est inconnue)",
				"width":  "largeur de la maille, en mètres",
			},
		},
		{
			ID: string(LayerClusters), MaxZoom: MaxZoom,
			Description: "Groupes de points de deal (points) ; un point isolé est un groupe de un",
			Fields: map[string]string{
				"count":     "nombre de points de deal",
				"reported":  "dont signalés, absent quand il n’y en a pas",
				"active":    "dont actifs, absent quand il n’y en a pas",
				"disrupted": "dont perturbés, absent quand il n’y en a pas",
				"dormant":   "dont en sommeil, absent quand il n’y en a pas",
				"closed":    "dont fermés, absent quand il n’y en a pas",
			},
		},
		{
			ID: string(LayerLinks), MaxZoom: MaxZoom,
			Description: fmt.Sprintf("Liens entre lieux, un par un (lignes, dès le zoom %d), ou flux entre départements puis arrondissements "+
				"(lignes, et un point pour ce qui reste dans le territoire)", pointsFrom),
			Fields: map[string]string{
				"id":           "identifiant du lien, absent des flux",
				"kind":         "supplies, stores_for, displaced_to, same_network ou rival ; d’un flux, quand tous ses liens sont ainsi",
				"means":        "road, sea, air, rail, post ou foot, absent quand il est inconnu ; d’un flux, quand tous ses liens sont ainsi",
				"network":      "code du réseau, absent quand il est inconnu",
				"strength":     "force du lien, ou somme des forces du flux",
				"from":         "référence du lieu de départ, ou code du territoire",
				"to":           "référence du lieu d’arrivée, ou code du territoire",
				"from_id":      "identifiant du lieu de départ",
				"to_id":        "identifiant du lieu d’arrivée",
				"directed":     "vrai quand le lien, ou un lien du flux, mène d’un lieu à l’autre",
				"ended":        "vrai quand le lien a pris fin",
				"lane":         "rang parmi les liens des mêmes deux lieux, dès 1, absent quand il n’y en a qu’un",
				"lanes":        "nombre de liens des mêmes deux lieux, absent quand il n’y en a qu’un",
				"head":         "vrai dans la seule tuile où se trouve l’arrivée",
				"count":        "nombre de liens du flux",
				"supplies":     "dont approvisionnements, absent quand il n’y en a pas",
				"stores_for":   "dont stockages, absent quand il n’y en a pas",
				"displaced_to": "dont déplacements, absent quand il n’y en a pas",
				"same_network": "dont liens de même réseau, absent quand il n’y en a pas",
				"rival":        "dont rivalités, absent quand il n’y en a pas",
			},
		},
		{
			ID: string(LayerDealPoints), Description: "Points de deal (points)", MinZoom: int(pointsFrom), MaxZoom: MaxZoom,
			Fields: map[string]string{
				"ref":       "référence, par exemple 13-K7QF3",
				"name":      "nom du lieu",
				"status":    "reported, active, disrupted, dormant ou closed",
				"kind":      "street, four, drive ou delivery",
				"product":   "premier produit, absent quand il est inconnu",
				"service":   "service auquel appartient la fiche",
				"intensity": "1 à 5, absent quand elle est inconnue",
			},
		},
		{
			ID: string(LayerSites), Description: "Sites de soutien (points)", MinZoom: int(pointsFrom), MaxZoom: MaxZoom,
			Fields: map[string]string{
				"ref":       "référence, par exemple 13-K7QF3",
				"name":      "nom du lieu",
				"status":    "reported, active, disrupted, dormant ou closed",
				"kind":      "stash_flat, warehouse, entry_point, growing_site, growshop ou business",
				"product":   "premier produit, absent quand il est inconnu",
				"service":   "service auquel appartient la fiche",
				"intensity": "1 à 5, absent quand elle est inconnue",
			},
		},
	}
}
