package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/offences"
	"github.com/mesure5/dealmap/store/staging"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb/maptile"
)

// drain is how long requests under way may take to end when the server stops.
const drain = 10 * time.Second

type serveCmd struct {
	Listen      string         `help:"Adresse d’écoute." default:"localhost:8080"`
	Metrics     string         `help:"Adresse d’écoute des mesures Prometheus ; vide : aucune." default:"localhost:9180"`
	TLSCert     string         `help:"Certificat TLS (PEM)." type:"existingfile" placeholder:"FICHIER"`
	TLSKey      string         `help:"Clé du certificat (PEM)." type:"existingfile" placeholder:"FICHIER"`
	Checkpoints string         `help:"Second fichier des attestations, qu’un autre service garde : c’est lui qui rend une réécriture visible." placeholder:"FICHIER"`
	Proxies     []netip.Prefix `help:"Réseaux des mandataires dont X-Forwarded-For est cru, par exemple 10.0.0.0/8." name:"trusted-proxies" placeholder:"RÉSEAU,…"`
	Suppress    int            `help:"Effectif en dessous duquel un chiffre est supprimé pour une diffusion élargie." name:"suppress-below" default:"5" placeholder:"N"`
	Profile     bool           `help:"Sert aussi les profils pprof sur l’écoute des mesures ; machine locale seulement." hidden:""`
	PointsFrom  uint           `help:"Zoom à partir duquel les lieux sont dessinés un par un ; pour mesurer seulement, la relecture du journal compte sur celui d’origine." name:"points-from" default:"9" hidden:""`
	TileMemory  int            `help:"Mémoire pour les tuiles gardées entre deux requêtes, en Mio." name:"tile-memory" default:"64" placeholder:"MIO"`
	Aggregates  int            `help:"Mémoire pour les agrégats (regroupements et carte de chaleur) gardés entre deux requêtes, en Mio." name:"aggregate-memory" default:"128" placeholder:"MIO"`
	Records     int            `help:"Mémoire pour les fiches gardées comme elles ont été écrites dans les listes, en Mio." name:"record-memory" default:"128" placeholder:"MIO"`
	Join        string         `help:"Fichier avec la clé d’installation des autres nœuds (dealmap node key), au premier démarrage d’un nouveau nœud." type:"existingfile" placeholder:"FICHIER"`
	AloneFor    time.Duration  `help:"Combien de temps ce nœud sert encore la carte quand le moteur du journal partagé est injoignable : il n’apprend plus les habilitations retirées." name:"alone-for" default:"1h" placeholder:"DURÉE"`
	Demo        bool           `help:"Carte et comptes de démonstration ; machine locale seulement."`
	oidcOptions `embed:""`
	keeping     `embed:""`

	Places int    `help:"Nombre de points de la carte de démonstration." default:"3952"`
	Seed   uint64 `help:"Graine de la carte de démonstration." default:"2019"`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, g *Globals, out *output) error {
	log := g.logger(out.stderr)
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert et --tls-key vont ensemble")
	}
	if c.Suppress < 2 || c.Suppress > 1000 {
		return fmt.Errorf("--suppress-below : %d n’est pas entre 2 et 1000", c.Suppress)
	}
	if c.AloneFor < 0 || c.AloneFor > 7*24*time.Hour {
		return fmt.Errorf("--alone-for : %s n’est pas entre 0 et 168h", c.AloneFor)
	}
	if c.PointsFrom > uint(tiles.MaxZoom) {
		return fmt.Errorf("--points-from : %d n’est pas un zoom (de 0 à %d)", c.PointsFrom, tiles.MaxZoom)
	}
	for name, memory := range map[string]int{"--tile-memory": c.TileMemory, "--aggregate-memory": c.Aggregates, "--record-memory": c.Records} {
		if memory < 0 || memory > 1<<20 {
			return fmt.Errorf("%s : %d n’est pas entre 0 et %d", name, memory, 1<<20)
		}
	}
	if err := c.check(); err != nil {
		return err
	}
	certificates, err := c.certificates()
	if err != nil {
		return err
	}
	local, err := loopback(ctx, c.Listen)
	if err != nil {
		return err
	}
	if c.Demo && !local {
		return fmt.Errorf("--demo n’écoute que sur la machine locale, pas sur %s : ses mots de passe sont connus de tous", c.Listen)
	}
	// The ports are taken before the data are opened: a port in use is said at once.
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("écouter sur %s : %w", c.Listen, err)
	}
	defer listener.Close()
	address := "http://" + shown(c.Listen, listener)
	if certificates != nil {
		address = "https://" + shown(c.Listen, listener)
	}
	public := ""
	if local {
		public = address
	}
	provider, err := c.provider(public)
	if err != nil {
		return err
	}
	var metrics net.Listener
	if c.Profile {
		if local, err := loopback(ctx, c.Metrics); err != nil || !local {
			return errors.Join(err, fmt.Errorf("--profile n’écoute que sur la machine locale, pas sur %s (--metrics) : un profil contient la mémoire", c.Metrics))
		}
	}
	if c.Metrics != "" {
		if metrics, err = net.Listen("tcp", c.Metrics); err != nil {
			return fmt.Errorf("écouter sur %s pour les mesures (--metrics) : %w", c.Metrics, err)
		}
		defer metrics.Close()
	}
	if err := offline(g); err != nil {
		return err
	}
	m := &machine{globals: g, out: out, second: c.Checkpoints, issuer: c.OIDCIssuer, join: c.Join}
	defer func() {
		if err := m.Close(); err != nil {
			log.Error("fermeture des données", "error", err)
		}
	}()
	s, err := m.Store(ctx)
	if err != nil {
		return err
	}
	// Before anything else is done with them: logs that are not what was attested are neither served nor added to.
	keeper, err := m.Keeper(ctx)
	if err != nil {
		return err
	}
	if err := certify(keeper, m.consultations); err != nil {
		return err
	}
	if c.Demo {
		if err := fillDemonstration(ctx, m, s, c.Places, c.Seed); err != nil {
			return err
		}
	}
	desk, err := m.Desk(ctx)
	if err != nil {
		return err
	}
	server, err := c.newServer(m, s, desk, keeper, provider, local && certificates == nil, log)
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // what only the start needed
	return c.serve(ctx, m, server, certificates, listener, metrics, address, log)
}

// certificates reads the certificate before anything is opened or announced; nil without TLS.
func (c *serveCmd) certificates() (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificat %s et clé %s (--tls-cert, --tls-key) : %w", c.TLSCert, c.TLSKey, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

func (c *serveCmd) newServer(m *machine, s *store.Store, desk *staging.Desk, keeper *audit.Keeper, provider *web.OIDC, plain bool, log *slog.Logger) (*web.Server, error) {
	vault, err := m.Secrets()
	if err != nil {
		return nil, err
	}
	sessions, err := m.Sessions()
	if err != nil {
		return nil, err
	}
	shipping, err := m.Shipping(context.Background(), keeper, m.consultations)
	if err != nil {
		return nil, err
	}
	logs, err := shipping.auditor(m, keeper)
	if err != nil {
		return nil, err
	}
	background, err := seeds.Basemap()
	if err != nil {
		return nil, err
	}
	recorded, err := offences.Load(m.globals.Data)
	if err != nil {
		return nil, err
	}
	var node web.Node // nil where the journal is on this machine
	if m.db != nil {
		name, err := m.nodeName()
		if err != nil {
			return nil, err
		}
		node = webNode{store: s, db: m.db, name: name, alone: c.AloneFor, lag: &lag{}}
	}
	return web.New(web.Options{
		Node: node,
		Map:  webMap{s}, Territories: m.territories, Accounts: accounts{vault}, Sessions: sessions, Consultations: m.consultations,
		Imports: staging.Front{Desk: desk}, ReadGraph: readGraph, Offences: recorded, SuppressBelow: c.Suppress,
		RecordMemory: cmp.Or(c.Records<<20, -1),
		Drawer:       tiles.NewDrawer(func() *geo.Territories { return m.territories }, basemap(background), tiles.PointsFrom(maptile.Zoom(c.PointsFrom)), tiles.Memory(c.TileMemory<<20), tiles.AggregateMemory(c.Aggregates<<20)),
		Clock:        m.clock.now,
		Secret:       vault.Key("web"), Ready: func() error { return errors.Join(s.Err(), m.consultations.Err(), shipping.Err()) }, PlainHTTP: plain,
		OIDC: provider, TrustedProxies: c.Proxies, Audit: logs, Log: log,
	})
}

func (c *serveCmd) serve(ctx context.Context, m *machine, server *web.Server, certificates *tls.Config, listener, metrics net.Listener,
	address string, log *slog.Logger) (err error) {
	window, err := openWindow(ctx, m, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := window.Close(); err != nil {
			log.Error("fermeture de la console", "error", err)
		}
	}()
	chores, stopChores := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() { c.retain(chores, m, log) })
	defer work.Wait()
	defer stopChores()
	main := server.HTTP()
	main.TLSConfig = certificates
	failed := make(chan error, 3)
	work.Go(func() { watchPast(chores, m, failed) })
	go func() {
		if certificates != nil {
			failed <- main.ServeTLS(listener, "", "")
			return
		}
		failed <- main.Serve(listener)
	}()
	side := &http.Server{Handler: c.measures(server), ReadHeaderTimeout: 10 * time.Second}
	if metrics != nil {
		go func() { failed <- side.Serve(metrics) }()
	}
	fmt.Fprintf(m.out.stdout, "dealmap sert la carte à %s\n", address)
	if c.Demo {
		printDemoAccounts(m.out)
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		log.Info("arrêt demandé")
	}
	server.Close()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	return errors.Join(err, main.Shutdown(stop), side.Shutdown(stop))
}

// measures serves the metrics, and the profiles where they are asked for.
func (c *serveCmd) measures(server *web.Server) http.Handler {
	if !c.Profile {
		return server.Metrics()
	}
	mux := http.NewServeMux()
	mux.Handle("/", server.Metrics())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	return mux
}

// shown is the address a person can open: the name asked for, with the port that was given when it was left to chance.
func shown(asked string, listener net.Listener) string {
	host, _, err := net.SplitHostPort(asked)
	if err != nil {
		return listener.Addr().String()
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return listener.Addr().String()
	}
	return net.JoinHostPort(host, port)
}

// loopback reports whether every address behind a listening address is of this machine only.
func loopback(ctx context.Context, address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("adresse d’écoute « %s » : %w", address, err)
	}
	if host == "" {
		return false, nil
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return false, fmt.Errorf("adresse d’écoute « %s » : %w", address, err)
	}
	for _, ip := range ips {
		if !ip.IP.IsLoopback() {
			return false, nil
		}
	}
	return true, nil
}
