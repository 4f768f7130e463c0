//! Deprecation, sunset and stability: promises about the time to come. No value decides these.

rules! {
    ENDPOINT_DEPRECATED = "endpoint-deprecated", Info, "An operation is deprecated now.", "It will go; its successor should be called.", "`deprecated: true` is added";
    ENDPOINT_DEPRECATED_WITH_SUNSET = "endpoint-deprecated-with-sunset", Info, "An operation is deprecated now, and says until when it stays.", "It will go on that day.", "`deprecated: true` and `x-sunset: 2099-01-01` are added";
    ENDPOINT_REACTIVATED = "endpoint-reactivated", Info, "An operation is deprecated no more.", "It stays.", "`deprecated: true` is taken out";
    DEPRECATED_SUNSET_PARSE = "api-deprecated-sunset-parse", Error, "The day on which a deprecated operation goes can not be read.", "Nobody can tell until when it stays.", "`x-sunset: soon` is added";
    DEPRECATED_SUNSET_MISSING = "api-deprecated-sunset-missing", Error, "An operation is deprecated without a day, where a grace period is demanded.", "Nobody can tell until when it stays.", "`deprecated: true` alone, with `--deprecation-days-stable 180`";
    SUNSET_TOO_SMALL = "api-sunset-date-too-small", Error, "A deprecated operation goes before the grace period is over.", "Its clients have too little time to move.", "`x-sunset` is tomorrow, with `--deprecation-days-stable 180`";
    SUNSET_CHANGED_TOO_SMALL = "api-sunset-date-changed-too-small", Error, "The day on which a deprecated operation goes was moved forward, into the grace period.", "Whoever planned for the announced day is too late.", "`x-sunset: 2099-01-01` becomes tomorrow";
    SUNSET_DELETED = "sunset-deleted", Error, "A deprecated operation says no more until when it stays.", "What was promised is taken back.", "`x-sunset` is taken out, `deprecated: true` stays";
    INVALID_STABILITY = "api-invalid-stability-level", Error, "A stability level is none of draft, alpha, beta and stable.", "Nobody can tell what is promised.", "`x-stability-level: new` is added";
    STABILITY_DECREASED = "api-stability-decreased", Error, "An operation is promised to be less stable than it was.", "What was relied on may change at any time.", "`x-stability-level: stable` becomes `beta`";
    STABILITY_INCREASED = "api-stability-increased", Info, "An operation is promised to be more stable than it was.", "More can be relied on.", "`x-stability-level: beta` becomes `stable`";
    PARAMETER_DEPRECATED = "request-parameter-deprecated", Info, "A parameter is deprecated now.", "It will go.", "`deprecated: true` is added";
    PARAMETER_REACTIVATED = "request-parameter-reactivated", Info, "A parameter is deprecated no more.", "It stays.", "`deprecated: true` is taken out";
    PARAMETER_SUNSET_MISSING = "request-parameter-deprecated-sunset-missing", Error, "A parameter is deprecated without a day, where a grace period is demanded.", "Nobody can tell until when it stays.", "`deprecated: true` alone, with `--deprecation-days-stable 180`";
    PARAMETER_SUNSET_PARSE = "request-parameter-sunset-parse", Error, "The day on which a deprecated parameter goes can not be read.", "Nobody can tell until when it stays.", "`x-sunset: soon` is added";
    PARAMETER_SUNSET_TOO_SMALL = "request-parameter-sunset-date-too-small", Error, "A deprecated parameter goes before the grace period is over.", "Its clients have too little time to move.", "`x-sunset` is tomorrow, with `--deprecation-days-stable 180`";
    PARAMETER_SUNSET_CHANGED_TOO_SMALL = "request-parameter-sunset-date-changed-too-small", Error, "The day on which a deprecated parameter goes was moved forward, into the grace period.", "Whoever planned for the announced day is too late.", "`x-sunset: 2099-01-01` becomes tomorrow";
    PARAMETER_SUNSET_DELETED = "request-parameter-sunset-deleted", Error, "A deprecated parameter says no more until when it stays.", "What was promised is taken back.", "`x-sunset` is taken out, `deprecated: true` stays";
}
