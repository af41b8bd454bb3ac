//! The headers of every answer (spec 8.5).

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// What a page may load, and what may be done with it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
                      require-trusted-types-for 'script'";

/// The same of a mail that is shown in a frame of a page: it does nothing, and loads nothing.
const FRAMED_POLICY: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// What a device might let a page use: nothing of it.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), \
                           encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
                           idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), \
                           picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
                           xr-spatial-tracking=()";

/// Which policy an answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentPolicy {
    /// That of the console.
    Page,
    /// That of a mail in a frame.
    FramedMail,
}

/// How long an answer may be kept by a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// Not at all.
    Never,
    /// For good: its address changes with its content.
    ForGood,
}

/// Puts them onto an answer.
pub(super) fn put(headers: &mut HeaderMap, policy: ContentPolicy, keeping: Keeping, is_secure: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(
        CONTENT_SECURITY_POLICY,
        match policy {
            ContentPolicy::Page => POLICY,
            ContentPolicy::FramedMail => FRAMED_POLICY,
        },
    );
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(
        CACHE_CONTROL,
        match keeping {
            Keeping::Never => "no-store",
            Keeping::ForGood => "public, max-age=31536000, immutable",
        },
    );
    if is_secure {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}
