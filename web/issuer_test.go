package web_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

const (
	clientID     = "dealmap"
	clientSecret = "entre nous"
	publicURL    = "https://carte.example"
)

// issuer is an identity provider that signs what it is told to, right or wrong.
type issuer struct {
	t    testing.TB
	http *httptest.Server
	key  *rsa.PrivateKey
	now  func() time.Time

	mu        sync.Mutex
	codes     map[string]login
	exchanges int
	// break_ changes the claims before they are signed; sign signs in another way; answer answers the exchange in another way.
	break_ func(claims map[string]any)
	sign   func(claims map[string]any) string
	answer http.HandlerFunc
}

// login is somebody who has shown the issuer who they are.
type login struct {
	sub       string
	asked     url.Values // of the address that the browser was sent to
	exchanged bool
}

var issuerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newIssuer(t testing.TB) *issuer {
	i := &issuer{t: t, key: issuerKey(), codes: map[string]login{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.json(w, map[string]any{
			"issuer": i.http.URL, "authorization_endpoint": i.http.URL + "/authorize", "token_endpoint": i.http.URL + "/token",
			"jwks_uri": i.http.URL + "/keys", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.json(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": base64.RawURLEncoding.EncodeToString(i.key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(i.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", i.token)
	i.http = httptest.NewServer(mux)
	t.Cleanup(i.http.Close)
	return i
}

func (i *issuer) json(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		i.t.Error(err)
	}
}

// token exchanges a code, once, for whoever has its PKCE verifier and the client's secret.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.exchanges++
	if i.answer != nil {
		i.answer(w, r)
		return
	}
	code := r.PostFormValue("code")
	l, ok := i.codes[code]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	name, secret, _ := r.BasicAuth()
	proven := l.asked.Get("code_challenge_method") == "S256" && l.asked.Get("code_challenge") == base64.RawURLEncoding.EncodeToString(sum[:])
	if secret, _ = url.QueryUnescape(secret); !ok || l.exchanged || !proven || name != clientID || secret != clientSecret ||
		r.PostFormValue("redirect_uri") != publicURL+"/auth/oidc/callback" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	l.exchanged = true
	i.codes[code] = l
	now := i.now()
	claims := map[string]any{
		"iss": i.http.URL, "aud": clientID, "sub": l.sub, "nonce": l.asked.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "given_name": "Camille", "usual_name": "Martin",
	}
	if i.break_ != nil {
		i.break_(claims)
	}
	sign := i.rs256
	if i.sign != nil {
		sign = i.sign
	}
	i.json(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": sign(claims)})
}

func (i *issuer) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.exchanges
}

func (i *issuer) rs256(claims map[string]any) string { return i.rsa(i.key, claims) }

func (i *issuer) rsa(key *rsa.PrivateKey, claims map[string]any) string {
	text := i.unsigned(map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}, claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		i.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// none is signed by nobody.
func (i *issuer) none(claims map[string]any) string {
	return i.unsigned(map[string]any{"alg": "none", "typ": "JWT"}, claims) + "."
}

// hs256 takes the public key for a shared secret.
func (i *issuer) hs256(claims map[string]any) string {
	text := i.unsigned(map[string]any{"alg": "HS256", "kid": "1", "typ": "JWT"}, claims)
	mac := hmac.New(sha256.New, x509.MarshalPKCS1PublicKey(&i.key.PublicKey))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (i *issuer) unsigned(header, claims map[string]any) string {
	var parts [2]string
	for n, value := range []any{header, claims} {
		data, err := json.Marshal(value)
		if err != nil {
			i.t.Error(err)
		}
		parts[n] = base64.RawURLEncoding.EncodeToString(data)
	}
	return parts[0] + "." + parts[1]
}

// lets makes somebody sign in at the issuer, and returns the address that the browser is then sent to.
func (i *issuer) lets(sub string, asked *url.URL) (callback string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	code := rand.Text()
	i.codes[code] = login{sub: sub, asked: asked.Query()}
	return "/auth/oidc/callback?" + url.Values{"code": {code}, "state": {asked.Query().Get("state")}}.Encode()
}
