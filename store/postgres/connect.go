package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	// ErrNewer says that a newer program made the tables.
	ErrNewer = errors.New("le moteur a été mis à niveau par une version plus récente de dealmap : mettez ce nœud à niveau")
	// ErrForeign says that the tables are not dealmap's.
	ErrForeign = errors.New("ce schéma contient des tables de ce nom qui ne sont pas celles de dealmap : vérifiez la base et le schéma de --journal")
	// ErrAway says that no server that takes writes can be reached.
	ErrAway = errors.New("aucun serveur PostgreSQL acceptant les écritures n’est joignable")
)

const (
	// connectTimeout bounds the way to one host, so that one that is frozen does not keep the others from being tried.
	connectTimeout = 3 * time.Second
	// answerTimeout is how long a server may take to answer anything that is not a batch of rows.
	answerTimeout = 10 * time.Second
	// mostConnections of one node; an installation has few nodes and PostgreSQL few connections. Four are for those who hear whose rights and
	// sessions have ended and for the consultation logs, whatever people ask for.
	mostConnections = 4 + mostPicking + mostSharing
	// mostPicking bounds those who ask for entries of the past at a time, mostSharing the writes to what nodes share, which wait for each other
	// on the server anyway.
	mostPicking, mostSharing = 3, 3
	// mostOwn are those that the journal's writer and its readers have besides, one for each of them: the writer, the map that follows, and
	// maps of the past.
	mostOwn = 3
)

// Options tunes Open.
type Options struct {
	// Logger may be nil.
	Logger *slog.Logger
	// SettleFor is how long an append whose answer was lost is looked for before its outcome is called unknown; 40 s by default: as
	// long as a failover takes.
	SettleFor time.Duration
	// Alone is for copies of the journal: it is refused while nodes work on the engine, keeps them away until Close, and admits a journal
	// that is closed to them.
	Alone bool
}

// DB is the engine as one node has it. Its methods may be called from any goroutine.
type DB struct {
	pool    *pgxpool.Pool
	own     *pgxpool.Pool   // of the journal's writer and readers
	picking chan struct{}   // held by who asks for entries of the past
	sharing chan struct{}   // held by who writes what nodes share
	config  *pgx.ConnConfig // of connections beside the pool
	log     *slog.Logger
	options Options
	id      string
	warned  atomic.Uint64 // warnings that the server sent

	watch   *watch
	alone   seizure
	closing sync.Once
}

// Open connects to the engine: dsn is a URL or a list of keywords as libpq takes it, of one host or several, of which the one that takes
// writes is used. Tables are made when there are none, and upgraded when they are older. Errors say in French what to do.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.SettleFor == 0 {
		o.SettleFor = 40 * time.Second
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		// The parser's message may hold the password.
		return nil, errors.New("--journal : l’adresse du moteur est illisible ; elle s’écrit postgres://utilisateur@hôte:5432,autre:5432/base")
	}
	d := &DB{log: o.Logger, options: o, picking: make(chan struct{}, mostPicking), sharing: make(chan struct{}, mostSharing)}
	d.configure(config)
	if d.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), config); err != nil {
		return nil, fmt.Errorf("moteur PostgreSQL : %w", explain(err))
	}
	config = config.Copy()
	config.MaxConns, config.MinConns, config.MinIdleConns = mostOwn, 0, 0
	if d.own, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), config); err != nil {
		d.pool.Close()
		return nil, fmt.Errorf("moteur PostgreSQL : %w", explain(err))
	}
	end, err := d.begin(ctx)
	if err != nil {
		d.release()
		d.hangUp()
		return nil, fmt.Errorf("moteur PostgreSQL (%s) : %w", d.Address(), explain(err))
	}
	d.watch = newWatch(d, end)
	select {
	case <-d.watch.began: // from now on copies are kept away
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), d.Close())
	}
	if err := d.Reach().Err; errors.Is(err, ErrCopying) {
		return nil, errors.Join(fmt.Errorf("moteur PostgreSQL (%s) : %w", d.Address(), err), d.Close())
	}
	return d, nil
}

// begin makes sure of the tables and of the right to use them, and tells where the journal stands.
func (d *DB) begin(ctx context.Context) (end tail, err error) {
	if d.options.Alone {
		if err := d.seize(ctx); err != nil {
			return end, err
		}
	}
	if d.id, err = d.prepare(ctx); err != nil {
		return end, err
	}
	return d.tail(ctx)
}

func (d *DB) configure(config *pgxpool.Config) {
	config.MaxConns = mostConnections
	config.MaxConnIdleTime = time.Minute
	c := config.ConnConfig
	if c.ValidateConnect == nil {
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if c.ConnectTimeout == 0 || c.ConnectTimeout > connectTimeout {
		c.ConnectTimeout = connectTimeout
	}
	c.DialFunc = hangUp(c.DialFunc)
	c.RuntimeParams = maps.Clone(c.RuntimeParams)
	for name, value := range map[string]string{
		"application_name": "dealmap",
		// A server that gives up a statement may have committed it without its standby.
		"statement_timeout": "0", "idle_in_transaction_session_timeout": "60000",
		// Whoever waited for a node that is gone holds up the next.
		"client_connection_check_interval": "2000",
	} {
		if _, given := c.RuntimeParams[name]; !given {
			c.RuntimeParams[name] = value
		}
	}
	c.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.Severity == "WARNING" || n.SeverityUnlocalized == "WARNING" {
			d.warned.Add(1)
			d.log.Warn("PostgreSQL warns", "message", n.Message)
		}
	}
	d.config = c
}

// Map identifies the map that the tables hold: drawn when they were made.
func (d *DB) Map() string { return d.id }

// Pool lends the connections to what else nodes share.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Address tells hosts and database without user and password.
func (d *DB) Address() string {
	address := fmt.Sprintf("%s:%d", d.config.Host, d.config.Port)
	for _, f := range d.config.Fallbacks {
		if next := fmt.Sprintf("%s:%d", f.Host, f.Port); next != address {
			address += "," + next
		}
	}
	return address + "/" + d.config.Database
}

// Close ends what runs and closes the connections.
func (d *DB) Close() error {
	d.closing.Do(func() {
		d.watch.close()
		d.release()
		d.hangUp()
	})
	return nil
}

func (d *DB) hangUp() {
	d.own.Close()
	d.pool.Close()
}

// explain says what a person can do about an error of the server.
func explain(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		if _, connecting := errors.AsType[*pgconn.ConnectError](err); connecting {
			return fmt.Errorf("%w : vérifiez les hôtes et les ports de --journal, et que le serveur tourne (%w)", ErrAway, err)
		}
		return err
	}
	advice := ""
	switch e.Code {
	case "28P01", "28000":
		advice = "identifiants refusés : vérifiez l’utilisateur et le mot de passe de --journal (ou PGPASSWORD, PGPASSFILE) et pg_hba.conf"
	case "3D000":
		advice = "cette base n’existe pas : vérifiez son nom dans --journal, ou créez-la (createdb)"
	case "42501":
		advice = "l’utilisateur n’a pas les droits qu’il faut : donnez-lui le schéma (GRANT CREATE, USAGE ON SCHEMA …) ou la propriété des tables"
	case "3F000":
		advice = "aucun schéma où créer les tables : vérifiez search_path dans --journal"
	case "53300":
		advice = "le serveur n’admet plus de connexions : augmentez max_connections"
	case "53100":
		advice = "le disque du serveur est plein"
	default:
		return err
	}
	return fmt.Errorf("%s (%w)", advice, err)
}
