"""Authentication strengths and the authentication methods policy with each method.

https://learn.microsoft.com/graph/api/resources/authenticationstrengthpolicy
https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicy
"""

from .model import BETA
from .tables import EntityTable

AUTHENTICATION_STRENGTH_POLICY = EntityTable(
    name="authenticationStrengthPolicy",
    base="entity",
    path="/policies/authenticationStrengthPolicies",
    properties="""
    allowedCombinations      authenticationMethodModes[]         create req
    createdDateTime          DateTimeOffset                      ro
    deletedDateTime          DateTimeOffset                      ro beta
    description              String
    displayName              String                              req f
    id                       String                              ro f
    modifiedDateTime         DateTimeOffset                      ro
    policyType               authenticationStrengthPolicyType    ro f
    requirementsSatisfied    authenticationStrengthRequirements  ro
    """,
    relations="""
    combinationConfigurations  authenticationCombinationConfiguration[]  contained
    """,
)

AUTHENTICATION_COMBINATION_CONFIGURATION = EntityTable(
    name="authenticationCombinationConfiguration",
    base="entity",
    abstract=True,
    properties="""
    appliesToCombinations    authenticationMethodModes[]  req
    id                       String                       ro
    """,
)

FIDO2_COMBINATION_CONFIGURATION = EntityTable(
    name="fido2CombinationConfiguration",
    base="authenticationCombinationConfiguration",
    properties="allowedAAGUIDs String[]",
)

X509_COMBINATION_CONFIGURATION = EntityTable(
    name="x509CertificateCombinationConfiguration",
    base="authenticationCombinationConfiguration",
    properties="allowedIssuerSkis String[], allowedPolicyOIDs String[]",
)

AUTHENTICATION_METHODS_POLICY = EntityTable(
    name="authenticationMethodsPolicy",
    base="entity",
    path="/policies/authenticationMethodsPolicy",
    properties="""
    description                               String                                     ro
    displayName                               String                                     ro
    id                                        String                                     ro
    lastModifiedDateTime                      DateTimeOffset                             ro
    microsoftAuthenticatorPlatformSettings    microsoftAuthenticatorPlatformSettings     beta
    policyMigrationState                      authenticationMethodsPolicyMigrationState
    policyVersion                             String                                     ro
    reconfirmationInDays                      Int32
    registrationEnforcement                   registrationEnforcement
    reportSuspiciousActivitySettings          reportSuspiciousActivitySettings           beta
    systemCredentialPreferences               systemCredentialPreferences                beta
    """,
    relations="""
    authenticationMethodConfigurations  authenticationMethodConfiguration[]  computed
    """,
)

AUTHENTICATION_METHOD_CONFIGURATION = EntityTable(
    name="authenticationMethodConfiguration",
    base="entity",
    path="/policies/authenticationMethodsPolicy/authenticationMethodConfigurations",
    abstract=True,
    properties="""
    excludeTargets    excludeTarget[]
    id                String                     ro
    state             authenticationMethodState
    """,
)


def _method(name: str, properties: str, *, beta_only: bool = False) -> EntityTable:
    table = EntityTable(
        name=f"{name}AuthenticationMethodConfiguration",
        base="authenticationMethodConfiguration",
        properties=properties,
    )
    if not beta_only:
        return table
    return EntityTable(
        name=table.name,
        base=table.base,
        properties=properties,
        versions=frozenset({BETA}),
    )


#: One configuration type per method.
METHOD_CONFIGURATIONS = (
    _method(
        "email",
        """
        allowExternalIdToUseEmailOtp    externalEmailOtpState
        includeTargets                  authenticationMethodTarget[]
        """,
    ),
    _method(
        "external",
        """
        appId                   String
        displayName             String
        includeTargets          authenticationMethodTarget[]
        openIdConnectSetting    openIdConnectSetting
        """,
    ),
    _method(
        "fido2",
        """
        defaultPasskeyProfile               String
        includeTargets                      passkeyAuthenticationMethodTarget[]
        isAttestationEnforced               Boolean
        isSelfServiceRegistrationAllowed    Boolean
        keyRestrictions                     fido2KeyRestrictions
        passkeyProfiles                     passkeyProfile[]
        """,
    ),
    _method("hardwareOath", "includeTargets authenticationMethodTarget[]", beta_only=True),
    _method(
        "microsoftAuthenticator",
        """
        featureSettings          microsoftAuthenticatorFeatureSettings
        includeTargets           microsoftAuthenticatorAuthenticationMethodTarget[]
        isSoftwareOathEnabled    Boolean
        """,
    ),
    _method(
        "qrCodePin",
        """
        includeTargets                  authenticationMethodTarget[]
        pinLength                       Int32
        standardQRCodeLifetimeInDays    Int32
        """,
    ),
    _method("sms", "includeTargets smsAuthenticationMethodTarget[]"),
    _method("softwareOath", "includeTargets authenticationMethodTarget[]"),
    _method(
        "temporaryAccessPass",
        """
        defaultLength               Int32
        defaultLifetimeInMinutes    Int32
        includeTargets              authenticationMethodTarget[]
        isUsableOnce                Boolean
        maximumLifetimeInMinutes    Int32
        minimumLifetimeInMinutes    Int32
        """,
    ),
    _method(
        "verifiableCredentials",
        """
        identityVerificationEventsConfiguration  identityVerificationEventsConfiguration  beta
        includeTargets                           verifiableCredentialAuthenticationMethodTarget[]
        """,
    ),
    _method(
        "voice",
        """
        callerIdNumber          String                        beta
        includeTargets          authenticationMethodTarget[]
        isOfficePhoneAllowed    Boolean
        """,
    ),
    _method(
        "x509Certificate",
        """
        authenticationModeConfiguration   x509CertificateAuthenticationModeConfiguration
        certificateAuthorityScopes        x509CertificateAuthorityScope[]
        certificateUserBindings           x509CertificateUserBinding[]
        crlValidationConfiguration        x509CertificateCRLValidationConfiguration  v1
        includeTargets                    authenticationMethodTarget[]
        issuerHintsConfiguration          x509CertificateIssuerHintsConfiguration
        requireCertificateSidAlignment    Boolean                                    beta
        """,
    ),
)

NESTED = """
authenticationMethodTarget: id String, isRegistrationRequired Boolean,
    targetType authenticationMethodTargetType
passkeyAuthenticationMethodTarget < authenticationMethodTarget: allowedPasskeyProfiles String[]
microsoftAuthenticatorAuthenticationMethodTarget < authenticationMethodTarget:
    authenticationMode microsoftAuthenticatorAuthenticationMode
smsAuthenticationMethodTarget < authenticationMethodTarget: isUsableForSignIn Boolean
verifiableCredentialAuthenticationMethodTarget < authenticationMethodTarget:
    verifiedIdProfiles String[]
excludeTarget: id String, targetType authenticationMethodTargetType
includeTarget: id String, targetType authenticationMethodTargetType
featureTarget: id String, targetType featureTargetType
openIdConnectSetting: clientId String, discoveryUrl String
fido2KeyRestrictions: aaGuids String[], enforcementType fido2RestrictionEnforcementType,
    isEnforced Boolean
passkeyProfile: attestationEnforcement attestationEnforcement, id String,
    keyRestrictions fido2KeyRestrictions, name String, passkeyTypes passkeyTypes
microsoftAuthenticatorFeatureSettings:
    companionAppAllowedState authenticationMethodFeatureConfiguration beta,
    displayAppInformationRequiredState authenticationMethodFeatureConfiguration,
    displayLocationInformationRequiredState authenticationMethodFeatureConfiguration,
    numberMatchingRequiredState authenticationMethodFeatureConfiguration beta
authenticationMethodFeatureConfiguration: excludeTarget featureTarget, includeTarget featureTarget,
    state advancedConfigState
microsoftAuthenticatorPlatformSettings: enforceAppPIN enforceAppPIN
enforceAppPIN: excludeTargets excludeTarget[], includeTargets includeTarget[]
identityVerificationEventsConfiguration: isEnabled Boolean
registrationEnforcement:
    authenticationMethodsRegistrationCampaign authenticationMethodsRegistrationCampaign
authenticationMethodsRegistrationCampaign: enforceRegistrationAfterAllowedSnoozes Boolean beta,
    excludeTargets excludeTarget[],
    includeTargets authenticationMethodsRegistrationCampaignIncludeTarget[],
    snoozeDurationInDays Int32, state advancedConfigState
authenticationMethodsRegistrationCampaignIncludeTarget: id String,
    targetType authenticationMethodTargetType, targetedAuthenticationMethod String
reportSuspiciousActivitySettings: includeTarget includeTarget, state advancedConfigState,
    voiceReportingCode Int32
systemCredentialPreferences: excludeTargets excludeTarget[], includeTargets includeTarget[],
    state advancedConfigState
x509CertificateAuthenticationModeConfiguration: rules x509CertificateRule[],
    x509CertificateAuthenticationDefaultMode x509CertificateAuthenticationMode,
    x509CertificateDefaultRequiredAffinityLevel x509CertificateAffinityLevel
x509CertificateRule: identifier String, issuerSubjectIdentifier String, policyOidIdentifier String,
    x509CertificateAuthenticationMode x509CertificateAuthenticationMode,
    x509CertificateRequiredAffinityLevel x509CertificateAffinityLevel,
    x509CertificateRuleType x509CertificateRuleType
x509CertificateAuthorityScope: includeTargets includeTarget[],
    publicKeyInfrastructureIdentifier String, subjectKeyIdentifier String
x509CertificateUserBinding: priority Int32, trustAffinityLevel x509CertificateAffinityLevel,
    userProperty String, x509CertificateField String
x509CertificateCRLValidationConfiguration:
    exemptedCertificateAuthoritiesSubjectKeyIdentifiers String[],
    state x509CertificateCRLValidationConfigurationState
x509CertificateIssuerHintsConfiguration: state x509CertificateIssuerHintsState
enum authenticationMethodModes: password, voice, hardwareOath, softwareOath, sms, fido2,
    windowsHelloForBusiness, microsoftAuthenticatorPush, deviceBasedPush,
    temporaryAccessPassOneTime, temporaryAccessPassMultiUse, email,
    x509CertificateSingleFactor, x509CertificateMultiFactor,
    federatedSingleFactor, federatedMultiFactor, qrCodePin, unknownFutureValue
enum authenticationStrengthPolicyType: builtIn, custom, unknownFutureValue
flags authenticationStrengthRequirements: none, mfa, unknownFutureValue
enum authenticationMethodState: enabled, disabled
enum authenticationMethodTargetType: user, group, unknownFutureValue
enum authenticationMethodsPolicyMigrationState: preMigration, migrationInProgress,
    migrationComplete, unknownFutureValue
enum advancedConfigState: default, enabled, disabled, unknownFutureValue
enum externalEmailOtpState: default, enabled, disabled, unknownFutureValue
enum featureTargetType: group, administrativeUnit, role, unknownFutureValue
enum fido2RestrictionEnforcementType: allow, block, unknownFutureValue
enum attestationEnforcement: disabled, registrationOnly, unknownFutureValue
flags passkeyTypes: deviceBound, synced, unknownFutureValue
enum microsoftAuthenticatorAuthenticationMode: deviceBasedPush, push, any
enum x509CertificateAuthenticationMode: x509CertificateSingleFactor, x509CertificateMultiFactor,
    unknownFutureValue
enum x509CertificateAffinityLevel: low, high, unknownFutureValue
enum x509CertificateRuleType: issuerSubject, policyOID, issuerSubjectAndPolicyOID,
    unknownFutureValue
enum x509CertificateCRLValidationConfigurationState: disabled, enabled, unknownFutureValue
enum x509CertificateIssuerHintsState: disabled, enabled, unknownFutureValue
"""
