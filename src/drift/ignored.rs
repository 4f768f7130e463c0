//! Header fields and cookies that no document has to declare: HTTP's own, and those that gateways,
//! proxies, browsers and measuring tools add on the way.

use foldhash::HashMap;
use http::HeaderName;

/// Fields of requests; `*` stands for the rest of a name.
const REQUEST: &str = "accept accept-* access-control-* alt-used authorization baggage b3 \
    cache-control cdn-* cf-* connection content-* cookie date device-memory dnt downlink dpr ect \
    elastic-apm-* expect fly-* forwarded from host http2-settings idempotency-replayed if-* \
    keep-alive max-forwards newrelic origin pragma prefer priority proxy-* purpose range referer rtt \
    save-data sec-* sentry-trace standin-* te traceparent tracestate trailer transfer-encoding \
    true-client-ip uber-trace-id upgrade upgrade-* user-agent via viewport-width width x-amz-* \
    x-amzn-* x-anonymous-consumer x-arr-* x-azure-* x-b3-* x-client-* x-cloud-trace-context \
    x-consumer-* x-correlation-id x-credential-* x-datadog-* x-devtools-* x-envoy-* x-fd-* \
    x-forwarded x-forwarded-* x-http-method-override x-istio-* x-kong-* x-middleware-* \
    x-newrelic-* x-nginx-* x-original-* x-real-ip x-request-id x-request-start x-requested-with \
    x-scheme x-trace-* x-traefik-* x-vercel-* x-wap-*";

/// Fields of responses.
const RESPONSE: &str = "accept-* access-control-* age allow alt-svc authentication-info \
    cache-control cache-status cdn-* cf-* clear-site-data connection content-* critical-ch \
    cross-origin-* date delta-base deprecation document-policy etag expect-ct expires fly-* \
    keep-alive last-modified link location nel origin-agent-cluster permissions-policy \
    feature-policy pragma preference-applied proxy-* referrer-policy refresh report-to \
    reporting-endpoints retry-after server server-timing set-cookie set-cookie2 sl-violations \
    sourcemap standin-* strict-transport-security sunset timing-allow-origin tk traceparent \
    tracestate trailer transfer-encoding upgrade vary via warning www-authenticate x-amz-* x-amzn-* \
    x-aspnet* x-azure-* x-b3-* x-backend* x-cache x-cache-* x-cdn x-cloud-trace-context \
    x-content-* x-correlation-id x-dns-prefetch-control x-download-options x-edge-* x-envoy-* \
    x-fastly-* x-forwarded-* x-frame-options x-generator x-kong-* x-nginx-* x-permitted-* \
    x-powered-by x-proxy-* x-request-id x-robots-tag x-runtime x-served-by x-server x-timer \
    x-trace-* x-traefik-* x-ua-compatible x-varnish x-vercel-* x-webkit-* x-xss-protection";

/// Cookies of measuring tools and of what stands before servers.
const COOKIES: &str = "_ga* _gid _gat* _gcl_* _fbp _fbc _hj* _uet* _clck _clsk __utm* __cf* \
    cf_* awsalb* awselb* ajs_* amp_* amplitude* mp_* optimizely* intercom-* datadome incap_ses_* \
    visid_incap_* bigipserver* arraffinity* ak_bmsc bm_sz _abck sentry*";

/// What is ignored.
#[derive(Clone, Debug)]
pub struct Ignored {
    request: Vec<Pattern>,
    response: Vec<Pattern>,
    cookies: Vec<Pattern>,
}

/// A name, or the beginning of names.
#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    is_beginning: bool,
}

impl Pattern {
    fn read(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        match text.strip_suffix('*') {
            Some(beginning) => Self { text: beginning.to_owned(), is_beginning: true },
            None => Self { text, is_beginning: false },
        }
    }

    fn covers(&self, name: &str) -> bool {
        if self.is_beginning { name.starts_with(&self.text) } else { name == self.text }
    }
}

impl Default for Ignored {
    fn default() -> Self {
        Self::with(&[])
    }
}

impl Ignored {
    /// The usual ones, and these besides: names, or beginnings that end with `*`. They stand for
    /// fields of requests and responses, and for cookies behind `cookie:`.
    #[must_use]
    pub fn with(others: &[String]) -> Self {
        let listed = |list: &str| list.split_whitespace().map(Pattern::read).collect::<Vec<_>>();
        let mut ignored =
            Self { request: listed(REQUEST), response: listed(RESPONSE), cookies: listed(COOKIES) };
        for other in others {
            match other.strip_prefix("cookie:") {
                Some(cookie) => ignored.cookies.push(Pattern::read(cookie)),
                None => {
                    ignored.request.push(Pattern::read(other));
                    ignored.response.push(Pattern::read(other));
                }
            }
        }
        ignored
    }

    pub(crate) fn has_cookie(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.cookies.iter().any(|pattern| pattern.covers(&name))
    }
}

/// How many names are remembered.
const MOST: usize = 1024;

/// What one reader asked: most fields are the same in every message, and the list is long.
#[derive(Debug)]
pub(crate) struct Sieve<'i> {
    pub(crate) ignored: &'i Ignored,
    request: HashMap<HeaderName, bool>,
    response: HashMap<HeaderName, bool>,
}

impl<'i> Sieve<'i> {
    pub(crate) fn new(ignored: &'i Ignored) -> Self {
        Self { ignored, request: HashMap::default(), response: HashMap::default() }
    }

    /// Whether a field of a request is ignored.
    pub(crate) fn has_request(&mut self, name: &HeaderName) -> bool {
        remembered(&mut self.request, name, &self.ignored.request)
    }

    /// Whether a field of a response is ignored.
    pub(crate) fn has_response(&mut self, name: &HeaderName) -> bool {
        remembered(&mut self.response, name, &self.ignored.response)
    }
}

fn remembered(
    known: &mut HashMap<HeaderName, bool>,
    name: &HeaderName,
    patterns: &[Pattern],
) -> bool {
    if let Some(is_ignored) = known.get(name) {
        return *is_ignored;
    }
    let is_ignored = patterns.iter().any(|pattern| pattern.covers(name.as_str()));
    if known.len() < MOST {
        known.insert(name.clone(), is_ignored);
    }
    is_ignored
}
