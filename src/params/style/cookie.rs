//! The `cookie` style: `key=a; key=b`, in cookies, with nothing encoded.

use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::decode;
use crate::params::style::form;
use crate::params::style::form::Pairs;

/// Gathers what belongs to the parameter `name`; `None` where nothing does.
///
/// # Shapes
///
/// | cookies       | wanted | `explode` | written                                           |
/// |---------------|--------|-----------|---------------------------------------------------|
/// | `n=a%20b`     | scalar | either    | `a%20b`: what was encoded is data                 |
/// | `n=`          | list   | either    | an empty list                                     |
/// | `n=a; n=b`    | list   | `true`    | `a` and `b`                                       |
/// | `R=1; G=2`    | object | `true`    | `R` is `1`, `G` is `2`, if these are `members`    |
/// | `n=a,b`       | list   | `false`   | `a` and `b`; the table has *n/a* here, "undefined" |
///
/// # Errors
///
/// As of [`form::gather`].
///
/// # Source
///
/// OpenAPI 3.2.0, *Style Values* ("no percent-encoding or other escaping is applied") and *Style
/// Examples*.
pub fn gather<'t>(
    cookies: &Pairs<'t>,
    name: &str,
    wanted: Wanted,
    explode: bool,
    members: &[&str],
) -> Result<Option<Written<'t>>, Malformed> {
    form::gather(cookies, name, wanted, explode, members, decode::verbatim)
}
