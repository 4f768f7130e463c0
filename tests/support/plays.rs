//! How generated plays are drawn: always the same ones, unless somebody asks for others.

use proptest::test_runner::Config;
use proptest::test_runner::RngSeed;

/// Settings for `cases` plays; `PROPTEST_CASES` says how many instead, `PROPTEST_RNG_SEED` which.
pub(crate) fn config(cases: u32) -> Config {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(0);
    }
    config
}
