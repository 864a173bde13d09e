package main

import (
	"io"
	"log/slog"

	"github.com/alecthomas/kong"
)

const description = `Une seule carte nationale des points de deal, partagée par tous les services (Mesure 5).

Les données vivent dans un dossier (--data) : le journal, qui fait foi, et ce qui en est tiré. Un seul processus à la fois y
travaille ; les commandes d’administration (user, token, audit, …) passent par le serveur quand il est en marche. Chaque option se donne aussi par une variable d’environnement (DEALMAP_DATA pour --data) ou dans un fichier TOML
(--config) ; l’option l’emporte sur l’environnement, l’environnement sur le fichier.

Pour essayer : dealmap serve --demo, puis http://localhost:8080`

type cli struct {
	Globals

	Serve       serveCmd       `cmd:"" help:"Servir la carte."`
	Import      importCmd      `cmd:"" help:"Importer une liste."`
	Imports     importsCmd     `cmd:"" help:"Imports faits : lister, annuler."`
	Seed        seedCmd        `cmd:"" help:"Remplir une carte vide de points fictifs."`
	Territories territoriesCmd `cmd:"" help:"Territoires : importer des contours officiels, lister."`
	Gazetteer   gazetteerCmd   `cmd:"" help:"Répertoire d’adresses : importer la BAN, chercher une adresse."`
	Offences    offencesCmd    `cmd:"" help:"Infractions enregistrées : importer les statistiques à comparer."`
	User        userCmd        `cmd:"" help:"Comptes locaux et habilitations."`
	Token       tokenCmd       `cmd:"" help:"Jetons d’accès d’autres programmes."`
	Erase       eraseCmd       `cmd:"" help:"Effacer un point, définitivement."`
	Audit       auditCmd       `cmd:"" help:"Preuves : attester et vérifier les journaux."`
	Node        nodeCmd        `cmd:"" help:"Nœuds : porter la clé d’installation de l’un à l’autre."`
	Retention   retentionCmd   `cmd:"" help:"Effacer les consultations gardées assez longtemps."`
	Policy      policyCmd      `cmd:"" help:"Imprimer qui voit quoi, tel que les tables du programme le décident."`
	Check       checkCmd       `cmd:"" help:"Vérifier le journal et ce qui en est tiré."`
	Journal     journalCmd     `cmd:"" name:"journal" help:"Le journal : le porter d’un moteur à l’autre."`
	State       stateCmd       `cmd:"" help:"L’état tiré du journal : le copier pour un nouveau nœud."`
	Rebuild     rebuildCmd     `cmd:"" help:"Reconstruire depuis le journal ce qui en est tiré."`
	Version     versionCmd     `cmd:"" help:"Dire la version."`
}

// Globals are the options of every command.
type Globals struct {
	Config    kong.ConfigFlag `help:"Fichier de configuration TOML." placeholder:"FICHIER"`
	Data      string          `help:"Dossier des données." default:"data" type:"path"`
	Journal   string          `help:"Journal partagé par plusieurs nœuds : postgres://utilisateur@hôte:5432,autre:5432/base ; vide : un fichier du dossier des données. Le mot de passe se donne par PGPASSWORD ou PGPASSFILE." placeholder:"ADRESSE"`
	Node      string          `help:"Nom de ce nœud quand le journal est partagé ; par défaut celui de la machine." placeholder:"NOM"`
	LogFormat string          `help:"Forme du journal technique : text ou json." enum:"text,json" default:"text"`
	LogLevel  slog.Level      `help:"Niveau du journal technique : debug, info, warn, error." default:"info"`
	Quiet     bool            `help:"Ne pas montrer la progression." short:"q"`
}

func (g *Globals) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: g.LogLevel}
	if g.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
