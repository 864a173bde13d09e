package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// OIDC says with which identity provider people may sign in (OpenID Connect). It says who somebody is; what they may do is a
// grant to the subject oidc:<issuer>#<sub>.
type OIDC struct {
	// Issuer is the provider's address, exactly as it names itself.
	Issuer string
	// ClientID is our name there. Without ClientSecret this is a public client, which PKCE alone protects.
	ClientID, ClientSecret string
	// Label is the text of the button.
	Label string
	// Scopes are asked beside openid.
	Scopes []string
	// PublicURL is where browsers find this server, without a slash at the end: scheme, host and port.
	PublicURL string
	// Client speaks to the provider; one with a timeout of 10 seconds by default.
	Client *http.Client
}

const (
	// discoveryLife is how long what the provider says of itself is taken as read.
	discoveryLife = time.Hour
	// discoveryTimeout is how long a person waits for it.
	discoveryTimeout = 8 * time.Second
	// clockSkew is how far the provider's clock may be off.
	clockSkew = time.Minute
	// maxProviderAnswer is the size in bytes of the longest answer that is read.
	maxProviderAnswer = 1 << 20
)

// provider is an identity provider. It is asked what it is when somebody first wants to sign in, so that one that is down keeps
// nobody from starting.
type provider struct {
	OIDC
	now    func() time.Time
	asking singleflight.Group
	known  atomic.Pointer[discovered]
}

// discovered is what the provider says of itself.
type discovered struct {
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
	at       time.Time
}

func newProvider(o *OIDC, now func() time.Time) (*provider, error) {
	if o == nil {
		return nil, nil
	}
	if o.Issuer == "" || o.ClientID == "" || o.PublicURL == "" {
		return nil, errors.New("OIDC wants Issuer, ClientID and PublicURL")
	}
	p := &provider{OIDC: *o, now: now}
	setDefault(&p.Label, "Se connecter avec un compte professionnel")
	if !slices.Contains(p.Scopes, oidc.ScopeOpenID) {
		p.Scopes = append([]string{oidc.ScopeOpenID}, p.Scopes...)
	}
	client := http.Client{Timeout: 10 * time.Second}
	if o.Client != nil {
		client = *o.Client
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	client.Transport = bounded{client.Transport}
	client.CheckRedirect = noDetour
	p.Client = &client
	return p, nil
}

// noDetour refuses to be sent elsewhere with a code and a secret, and from TLS to none.
func noDetour(r *http.Request, via []*http.Request) error {
	if first := via[0]; r.Method != http.MethodGet || len(via) > 3 || first.URL.Scheme == "https" && r.URL.Scheme != "https" {
		return fmt.Errorf("%s redirects to %s", first.URL.Redacted(), r.URL.Redacted())
	}
	return nil
}

// bounded cuts answers that are too long for what they are.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxProviderAnswer)
	}
	return response, err
}

// with gives the libraries our client.
func (p *provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.Client)
}

// discover returns what the provider says of itself. All who wait share one question; a stale answer is better than none.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	known := p.known.Load()
	if known != nil && p.now().Sub(known.at) < discoveryLife {
		return known, nil
	}
	answer := p.asking.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(p.with(context.Background()), discoveryTimeout)
		defer cancel()
		return p.ask(ctx)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-answer:
		switch {
		case result.Err == nil:
			p.known.Store(result.Val.(*discovered))
			return result.Val.(*discovered), nil
		case known != nil:
			return known, nil
		}
		return nil, result.Err
	}
}

func (p *provider) ask(ctx context.Context) (*discovered, error) {
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
		Keys    string   `json:"jwks_uri"`
	}
	if err := found.Claims(&says); err != nil {
		return nil, err
	}
	endpoint := found.Endpoint()
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, says.Keys} {
		if strings.HasPrefix(p.Issuer, "https://") && !strings.HasPrefix(address, "https://") {
			return nil, errors.New("the identity provider names an endpoint without TLS: " + address)
		}
	}
	// Without this the library tries both ways, and sends the code twice.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.ClientSecret == "" || len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &discovered{
		config: oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, Scopes: p.Scopes,
			RedirectURL: strings.TrimSuffix(p.PublicURL, "/") + "/auth/oidc/callback",
		},
		verifier: found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: func() time.Time { return p.now().Add(-clockSkew) }}),
		at:       p.now(),
	}, nil
}
