"""What Microsoft's own Entra Backup and Recovery covers, by Graph name.

Its list uses the directory's internal names; each is given here with the Graph property that holds
it. Source: https://learn.microsoft.com/entra/backup/scope-supported-objects-limitations
"""

from collections.abc import Mapping
from dataclasses import replace

from apps.entra.catalogue.model import Property

# Graph name -> the name in Microsoft's list. A dotted Graph name is a part of a property.
NATIVE: Mapping[str, Mapping[str, str]] = {
    "user": {
        "accountEnabled": "AccountEnabled",
        "ageGroup": "AgeGroup",
        "city": "City",
        "companyName": "CompanyName",
        "consentProvidedForMinor": "ConsentProvidedForMinor",
        "country": "Country",
        "department": "Department",
        "displayName": "DisplayName",
        "employeeHireDate": "EmployeeHireDate",
        "employeeId": "EmployeeId",
        "employeeLeaveDateTime": "EmployeeLeaveDate",
        "employeeOrgData": "EmployeeOrgData",
        "employeeType": "EmployeeType",
        "faxNumber": "FaxNumber",
        "givenName": "GivenName",
        "jobTitle": "JobTitle",
        "mail": "Mail",
        "mailNickname": "MailNickname",
        "mobilePhone": "Mobile",
        "otherMails": "OtherMail",
        "passwordPolicies": "PasswordPolicies",
        "perUserMfaState": "PerUserMfaState",
        "officeLocation": "PhysicalDeliveryOfficeName",
        "postalCode": "PostalCode",
        "preferredDataLocation": "PreferredDataLocation",
        "preferredLanguage": "PreferredLanguage",
        "state": "State",
        "streetAddress": "StreetAddress",
        "surname": "Surname",
        "businessPhones": "TelephoneNumber",
        "usageLocation": "UsageLocation",
        "userPrincipalName": "UserPrincipalName",
        "userType": "UserType",
    },
    "group": {
        "classification": "Classification",
        "description": "Description",
        "displayName": "DisplayName",
        "groupTypes": "GroupType",
        "visibility": "IsPublic",
        "mail": "Mail",
        "mailEnabled": "MailEnabled",
        "mailNickname": "MailNickname",
        "preferredDataLocation": "PreferredDataLocation",
        "preferredLanguage": "PreferredLanguage",
        "securityEnabled": "SecurityEnabled",
        "theme": "Theme",
    },
    "application": {
        "displayName": "DisplayName",
        "description": "Description",
        "notes": "Notes",
        "tags": "ApplicationTag",
        "identifierUris": "AppIdentifierUri",
        "createdDateTime": "AppCreatedDateTime",
        "isFallbackPublicClient": "PublicClient",
        "publisherDomain": "PublisherDomain",
        "isDeviceOnlyAuthSupported": "IsDeviceOnlyAuthSupported",
        "serviceManagementReference": "ServiceManagementReference",
        "requiredResourceAccess": "RequiredResourceAccess",
        "nativeAuthenticationApisEnabled": "NativeAuthenticationApisEnabled",
        "signInAudience": "SignInAudience",
        "groupMembershipClaims": "GroupMembershipClaims",
        "optionalClaims": "OptionalClaims",
        "isDisabled": "IsDisabled",
        "addIns": "AddIns",
        "servicePrincipalLockConfiguration": "ServicePrincipalLockConfiguration",
        "info": "AppInformationalUrl",
    },
    "servicePrincipal": {
        "accountEnabled": "AccountEnabled",
        "alternativeNames": "AlternativeNames",
        "appRoleAssignmentRequired": "ExplicitAccessGrantRequired",
        "description": "Description",
        "loginUrl": "LoginUrl",
        "notes": "Notes",
        "notificationEmailAddresses": "NotificationEmailAddresses",
        "preferredTokenSigningKeyThumbprint": "PreferredTokenSigningKeyThumbprint",
        "tags": "ServicePrincipalTag",
        "servicePrincipalType": "ServicePrincipalType",
        "preferredSingleSignOnMode": "PreferredSingleSignOnMode",
        "publisherName": "PublisherName",
        "samlSingleSignOnSettings": "SamlSingleSignOnSettings",
        "servicePrincipalNames": "ServicePrincipalName",
    },
    "authorizationPolicy": {
        "blockMsolPowerShell": "blockMsolPowerShell",
        "guestUserRoleId": "guestUserRoleId",
    },
    "organization": {
        "strongAuthenticationDetails": "StrongAuthenticationDetails",
        "strongAuthenticationPolicy": "StrongAuthenticationPolicy",
    },
}


def mark(kind: str, properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """The same properties, those that Microsoft's recovery covers marked with its name."""
    covered = NATIVE.get(kind, {})
    return tuple(
        replace(item, native=covered[item.name]) if item.name in covered else item
        for item in properties
    )


def mark_all(properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """For kinds that Microsoft's list covers with all their properties."""
    return tuple(replace(item, native=item.name) for item in properties)
