// SHA-256 of the document: dafeea33c5c91f31238be656f372192deca4113e4f3716da062aa09eca230d56
// The types of the API, made from the OpenAPI document by `make types`. Never changed by hand.

export interface paths {
    "/.well-known/security.txt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom to tell about a weakness (RFC 9116) */
        get: operations["securityTxt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an agent is to do */
        get: operations["agentConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/endpoint-assignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an agent sends its readings */
        get: operations["agentEndpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A host makes an agent of itself, with an enrolment key */
        post: operations["enrolAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One reading of an agent */
        post: operations["agentHeartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/maintenance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A host asks for quiet about itself, or ends that */
        post: operations["agentMaintenance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an agent found as a probe, and what it is to check */
        post: operations["probeExchange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My account */
        get: operations["showAccount"];
        put?: never;
        post?: never;
        /** Delete my account */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /** My name, and what I am told by mail */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/api/v1/account/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My own API keys */
        get: operations["listOwnApiKeys"];
        put?: never;
        /** A key of mine; its token is shown once */
        post: operations["addOwnApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a key of mine */
        delete: operations["revokeOwnApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that is kept about me */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My second factors */
        get: operations["showFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/factors/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ten new recovery codes, shown once; the old ones end */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/factors/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin with an authenticator application; its secret is shown once */
        post: operations["offerTotp"];
        /** Remove the authenticator application */
        delete: operations["removeTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/factors/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show that it has the secret */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leak-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can leak */
        get: operations["listOwnLeakKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leak-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What answering it will do */
        get: operations["planOwnLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leak-subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is of a kind */
        get: operations["listOwnLeakSubjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leaks of one's own secrets, newest first */
        get: operations["listOwnLeaks"];
        put?: never;
        /** Answer a leak: rotate or revoke, end what depends on it, tell who must know */
        post: operations["reportOwnLeak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leaks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One leak with its checklist */
        get: operations["showOwnLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Close it, or open it again */
        patch: operations["changeOwnLeak"];
        trace?: never;
    };
    "/api/v1/account/leaks/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The leak for the file: JSON or Markdown */
        get: operations["exportOwnLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/leaks/{id}/steps/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Tick a step of the checklist, with a note */
        patch: operations["tickOwnLeakStep"];
        trace?: never;
    };
    "/api/v1/account/legal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What I agreed to, and what waits for it */
        get: operations["ownLegalState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My accounts at providers */
        get: operations["listLogins"];
        put?: never;
        /** Link an account at a provider to mine */
        post: operations["linkLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/logins/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Unlink it */
        delete: operations["unlinkLogin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another address; both must agree by a link */
        post: operations["askMailChange"];
        /** Take the change of address back */
        delete: operations["cancelMailChange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/mail/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a link that confirms my address */
        post: operations["askMailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register a passkey */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a passkey */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /** Rename a passkey */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/api/v1/account/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to register a passkey */
        post: operations["newPasskeyOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new password; every other session ends */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/security-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened around my own account */
        get: operations["mySecurityEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where I am logged in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End every session but this one, or (which=all) every one */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session of mine */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge with the number of the mail; a wrong one ends the link */
        post: operations["answerAckLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ack/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the link of a mail acknowledges, and the three numbers to choose from */
        post: operations["lookAtAckLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs here */
        get: operations["appliance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compute every chain anew and compare it with the anchor */
        post: operations["verifyTrails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backup-bucket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set the bucket to which backups are copied */
        put: operations["changeBackupBucket"];
        post?: never;
        /** Forget the bucket and its keys; what lies there stays */
        delete: operations["removeBackupBucket"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backup-bucket/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a bucket: put a small object, read it, try to delete it */
        post: operations["testBackupBucket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backup-passphrase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set a passphrase that opens backups from now on; over https or loopback only */
        put: operations["setBackupPassphrase"];
        post?: never;
        /** Seal new backups to no passphrase any more */
        delete: operations["removeBackupPassphrase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backup-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set when backups are made by themselves, and how many are kept */
        put: operations["changeBackupSchedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backups and all that belongs to them: schedule, destinations, keys, progress, findings */
        get: operations["listBackups"];
        put?: never;
        /** Make a backup now */
        post: operations["makeBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One backup */
        get: operations["showBackup"];
        put?: never;
        post?: never;
        /** Remove a backup from every destination */
        delete: operations["removeBackup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backups/{id}/drill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a backup beside, compare it, and remove it again */
        post: operations["drillBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backups/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file of a backup */
        get: operations["fetchBackup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/backups/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a backup to its end, with the key that the appliance keeps */
        post: operations["verifyBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/dead-man": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether somebody is told when this appliance fails, and the last call */
        get: operations["showDeadMan"];
        /** Set the address that is called every minute; it is write-only */
        put: operations["changeDeadMan"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/dead-man/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call the address once and wait for the answer */
        post: operations["testDeadMan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the appliance found about its own parts */
        get: operations["applianceHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/inspection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is unsafe or about to fail, why, and how to mend it */
        get: operations["inspectAppliance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the master key comes from, and its generation */
        get: operations["showKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new master key; every stored secret sealed anew */
        post: operations["rotateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leak-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can leak */
        get: operations["listApplianceLeakKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leak-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What answering it will do */
        get: operations["planApplianceLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leak-subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is of a kind */
        get: operations["listApplianceLeakSubjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leaks of people's secrets, newest first */
        get: operations["listApplianceLeaks"];
        put?: never;
        /** Answer a leak: rotate or revoke, end what depends on it, tell who must know */
        post: operations["reportApplianceLeak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leaks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One leak with its checklist */
        get: operations["showApplianceLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Close it, or open it again */
        patch: operations["changeApplianceLeak"];
        trace?: never;
    };
    "/api/v1/appliance/leaks/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The leak for the file: JSON or Markdown */
        get: operations["exportApplianceLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/leaks/{id}/steps/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Tick a step of the checklist, with a note */
        patch: operations["tickApplianceLeakStep"];
        trace?: never;
    };
    "/api/v1/appliance/legal-acceptances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who agreed to which version, when, from where */
        get: operations["listAcceptances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails of the appliance itself: what was sent, waits or failed */
        get: operations["listLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is limited, and how */
        get: operations["showLimits"];
        /** Set limits, or go back to the standard */
        put: operations["changeLimits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How mail leaves the appliance */
        get: operations["mailSettings"];
        /** Set how mail leaves the appliance */
        put: operations["changeMailSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/mail/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test mail and wait for the real answer */
        post: operations["testMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Login providers */
        get: operations["listLoginProviders"];
        put?: never;
        /** Add a login provider */
        post: operations["addLoginProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove it, with everybody's logins there */
        delete: operations["removeLoginProvider"];
        options?: never;
        head?: never;
        /** Change a login provider */
        patch: operations["changeLoginProvider"];
        trace?: never;
    };
    "/api/v1/appliance/providers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the provider whether it would work */
        post: operations["testLoginProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the appliance is in recovery, and what a restore brought back */
        get: operations["recovery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/recovery-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a recovery key: its words are in this answer and nowhere else; over https or loopback only */
        post: operations["makeRecoveryKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/recovery-key/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the recovery key that was made last, by two of its words */
        post: operations["confirmRecoveryKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/recovery/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the recovery: people are told again */
        post: operations["endRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/recovery/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke what nobody vouches for */
        post: operations["revokeNotVouched"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The register of security incidents, newest first */
        get: operations["listSecurityCases"];
        put?: never;
        /** Open a case, with the checklist */
        post: operations["openSecurityCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One case with its timeline and checklist */
        get: operations["showSecurityCase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change the title, since when it is known, or who and what is affected */
        patch: operations["changeSecurityCase"];
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close it with a conclusion */
        post: operations["closeSecurityCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write into the timeline, or add a step */
        post: operations["addSecurityCaseEntry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}/entries/{n}/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tick a step of the checklist, with a note */
        post: operations["tickSecurityCaseStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a closed case again */
        post: operations["reopenSecurityCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-cases/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report for the file, in Markdown */
        get: operations["reportSecurityCase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/security-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set whom to tell about a weakness */
        put: operations["changeSecurityPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What uses the disk, and how long what is kept */
        get: operations["showStorage"];
        /** Set times of retention; a shorter one waits for 24 hours */
        put: operations["changeStorage"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/storage/changes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a shorter time that waits back */
        delete: operations["undoStorageChange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/storage/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What other times of retention would free; changes nothing */
        post: operations["previewStorage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/syslog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the trails are forwarded to, and how it goes */
        get: operations["syslogSettings"];
        /** Set where the trails are forwarded to */
        put: operations["changeSyslogSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The appliance's administration, or the security events that belong to no workspace */
        get: operations["applianceTrail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/trail/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The appliance's trail as a file */
        get: operations["exportApplianceTrail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody with an account */
        get: operations["listUsers"];
        put?: never;
        /** Somebody new; the link for their password is shown once */
        post: operations["addUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an account */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /** Rename, disable, make an administrator */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/api/v1/appliance/users/{id}/end-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log somebody out everywhere */
        post: operations["endSessionsOfUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/users/{id}/reset-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A link for a new password, shown once */
        post: operations["makeResetLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/users/{id}/reset-second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For who lost the second factor */
        post: operations["resetSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every workspace and its size */
        get: operations["listAllWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Enable, disable, give an owner to who has none */
        patch: operations["administerWorkspace"];
        trace?: never;
    };
    "/api/v1/appliance/workspaces/{id}/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which private networks the workspace's checks and webhooks may reach */
        get: operations["showWorkspaceNetworks"];
        /** Set the private networks that the workspace may reach */
        put: operations["changeWorkspaceNetworks"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/appliance/workspaces/{id}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look into a foreign workspace, with a reason and for a time */
        post: operations["openWorkspace"];
        /** End the look */
        delete: operations["closeWorkspace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of channels by which recipients are told, and what each asks for */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/check-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of checks, and what each asks for */
        get: operations["listCheckKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live events over all my workspaces */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitation/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join, as the person who is logged in */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitation/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an account for the invited address, and join */
        post: operations["registerByInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitation/show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a link invites to */
        post: operations["showInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The appliance's legal texts */
        get: operations["listLegalTexts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One text, as blocks of words */
        get: operations["showLegalText"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/legal/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree to the version that was shown */
        post: operations["acceptLegalText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a session, or be asked for the second factor */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A login by a passkey alone */
        post: operations["passkeyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a login by a passkey alone */
        post: operations["passkeyLoginOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where one may log in with */
        get: operations["loginProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Go to the provider's login page */
        get: operations["startProviderLogin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Come back from the provider */
        get: operations["providerCallback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree by the account's password, and enter */
        post: operations["confirmLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/confirm-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree by that link */
        post: operations["confirmLoginByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/confirm-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a link to the account's address */
        post: operations["mailLoginConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/providers/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which account must agree */
        post: operations["showLoginConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second step of a login */
        post: operations["secondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/second-factor/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What proves it, for a login that waits */
        post: operations["secondFactorOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am and where I belong */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/chat-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My accounts at services in whose chats I may acknowledge */
        get: operations["listChatAccounts"];
        put?: never;
        /** A code to send to a bot of connlog's, which links the account there to mine */
        post: operations["linkChatAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/chat-accounts/{service}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Unlink my account there */
        delete: operations["unlinkChatAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The recipients that I read, in all workspaces */
        get: operations["listOwnRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/recipients/{id}/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** When I am told of what is less than critical */
        patch: operations["changeOwnRecipientHours"];
        trace?: never;
    };
    "/api/v1/metrics/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be measured: words, units, ranges, charts */
        get: operations["listMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a link; the answer is the same for every address */
        post: operations["askPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-reset/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a new password with the link's token */
        post: operations["completePasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether strangers may make an account, and whether mail works */
        get: operations["registrationState"];
        put?: never;
        /** Ask for an account; the answer is the same for every address */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/register/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a password with the link's token */
        post: operations["completeRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom to tell about a weakness, and by which rules */
        get: operations["showSecurityPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the appliance waits for its first owner */
        get: operations["setupState"];
        put?: never;
        /** Claim the appliance with the set-up link's token */
        post: operations["setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether my confirmation is still fresh */
        get: operations["stepUpState"];
        put?: never;
        /** Prove afresh that it is me */
        post: operations["stepUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/step-up/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What proves that it is me */
        post: operations["stepUpOptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/step-up/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove by a provider's login that it is still me */
        post: operations["proveByLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subjects/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of what is watched: nouns, icons, what a rule can be about */
        get: operations["listSubjectKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verify-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree or refuse with the link's token */
        post: operations["answerMailLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a workspace */
        post: operations["addWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace, its settings, and where I stand in it */
        get: operations["showWorkspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Name, address, machine policy, scope of sight */
        patch: operations["changeWorkspace"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/access-review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has what, since when, last used */
        get: operations["showAccessReview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/access-review/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** I looked it through */
        post: operations["finishAccessReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents, by name or as sorted */
        get: operations["listAgents"];
        put?: never;
        /** Add an agent; its token is shown once */
        post: operations["addAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One agent */
        get: operations["showAgent"];
        put?: never;
        post?: never;
        /** Remove it for good */
        delete: operations["removeAgent"];
        options?: never;
        head?: never;
        /** Rename, tag, label, pause, set, disable */
        patch: operations["changeAgent"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents/{id}/machine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve or reject the machine that knocks */
        post: operations["decideMachine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents/{id}/machine-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The history of its machine binding */
        get: operations["listMachineEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents/{id}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its readings as series, gaps as null */
        get: operations["agentReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/agents/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new token; the old one ends */
        post: operations["rotateAgentToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace's API keys */
        get: operations["listApiKeys"];
        put?: never;
        /** A key of the workspace; its token is shown once */
        post: operations["addApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a key */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what in the workspace; their own acts to those who may not see all */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit log as a file */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/break-glass": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who of the appliance's administrators looked in, why, and at what */
        get: operations["listOpenings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/break-glass/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End an administrator's look at once */
        delete: operations["endOpening"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/check-defaults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What groups and tags set for their monitors */
        get: operations["showCheckDefaults"];
        /** Set it anew, in place of all that was set */
        put: operations["putCheckDefaults"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for its deletion, which comes after a waiting time */
        post: operations["requestWorkspaceDeletion"];
        /** Call the deletion off */
        delete: operations["cancelWorkspaceDeletion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What depends on what */
        get: operations["listDependencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/enrolment-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys with which hosts make agents of themselves, and who came by them */
        get: operations["listEnrolmentKeys"];
        put?: never;
        /** A key for hosts; it is shown once */
        post: operations["addEnrolmentKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/enrolment-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a key; agents that came by it stay */
        delete: operations["revokeEnrolmentKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/event-sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Systems whose events become incidents */
        get: operations["listEventSources"];
        put?: never;
        /** Add one; its key is in this answer and nowhere else */
        post: operations["addEventSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/event-sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event source */
        get: operations["showEventSource"];
        put?: never;
        post?: never;
        /** Remove it; it can be put back for a while */
        delete: operations["removeEventSource"];
        options?: never;
        head?: never;
        /** Change, pause, tag */
        patch: operations["changeEventSource"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/event-sources/{id}/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new key; the old one ends */
        post: operations["renewEventKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/event-sources/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an event for five minutes that shows who is told */
        post: operations["tryEventSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything in it but secrets: one JSON document, or a ZIP of NDJSON, CSV and schemas */
        get: operations["exportWorkspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups alone: subjects of this kind */
        get: operations["listGroups"];
        put?: never;
        /** Add a group: its kind need not be named */
        post: operations["addGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a group that no rule names */
        delete: operations["removeGroup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Incidents, newest first */
        get: operations["listIncidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One incident with its timeline */
        get: operations["showIncident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** I look after it */
        post: operations["acknowledgeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something in the timeline */
        post: operations["commentIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/end-drill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a drill */
        post: operations["endDrill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell nobody of it for a while; 0 minutes: end that */
        post: operations["snoozeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/telling": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why it was told, or not */
        get: operations["showIncidentTelling"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/incidents/{id}/unacknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** I no longer look after it: reminders begin again */
        post: operations["unacknowledgeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open invitations */
        get: operations["listInvitations"];
        put?: never;
        /** Invite somebody; the link is shown once */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an invitation */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/invitations/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new link; the earlier ones end */
        post: operations["resendInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leak-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can leak */
        get: operations["listLeakKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leak-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What answering it will do */
        get: operations["planLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leak-subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is of a kind */
        get: operations["listLeakSubjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leaks of a workspace's secrets, newest first */
        get: operations["listLeaks"];
        put?: never;
        /** Answer a leak: rotate or revoke, end what depends on it, tell who must know */
        post: operations["reportLeak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leaks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One leak with its checklist */
        get: operations["showLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Close it, or open it again */
        patch: operations["changeLeak"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leaks/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The leak for the file: JSON or Markdown */
        get: operations["exportLeak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leaks/{id}/steps/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Tick a step of the checklist, with a note */
        patch: operations["tickLeakStep"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave the workspace */
        post: operations["leaveWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is here, as what */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take somebody out */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /** Another role */
        patch: operations["changeMember"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Monitors, the most urgent first */
        get: operations["listMonitors"];
        put?: never;
        /** Add a monitor; 409 confirm_host asks whether you may monitor a foreign host */
        post: operations["addMonitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One monitor */
        get: operations["showMonitor"];
        put?: never;
        post?: never;
        /** Remove it; it can be put back for a while */
        delete: operations["removeMonitor"];
        options?: never;
        head?: never;
        /** Change, pause, tag, group */
        patch: operations["changeMonitor"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What its target answered when it turned down, masked, for 30 days */
        get: operations["listMonitorAnswers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check it now; the result is shown and not stored */
        post: operations["checkMonitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same once more, under another name */
        post: operations["cloneMonitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/ping-address": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The addresses by which a job pings, and lines to copy */
        get: operations["showPingAddress"];
        put?: never;
        /** New addresses; the old ones end */
        post: operations["renewPingAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/pings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its pings, newest first */
        get: operations["listPings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/pings/{n}/body": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a ping brought along, masked */
        get: operations["showPingBody"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its readings as series, gaps as null */
        get: operations["monitorReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The state of a monitor that is set by hand */
        post: operations["setMonitorState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/{id}/states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The changes of its state */
        get: operations["listMonitorStates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change several monitors alike */
        post: operations["changeMonitors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add monitors from a list: one address a line, or CSV */
        post: operations["importMonitors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/propose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What pasted addresses could be checked as */
        post: operations["proposeMonitors"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/monitors/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a check once that is not saved */
        post: operations["tryMonitor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was said and what waits */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/notifications/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a failed one once more, or send one anew that was sent; the answer is what is on its way now */
        post: operations["retryNotification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs attention */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/ownership": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a member an owner, or an owner an admin */
        post: operations["changeOwnership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/probes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents whose hosts let them check, and what each allows */
        get: operations["listProbes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/quiet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Maintenances, mutes and snoozes that are not over, and what is quiet now; past=1: those that are over too */
        get: operations["listQuiet"];
        put?: never;
        /** Plan a maintenance, or mute; what is wide is asked once more (409 confirm_wide) */
        post: operations["addQuiet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/quiet/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One maintenance, mute or snooze */
        get: operations["showQuiet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change one; of what has begun its name, reason and end */
        patch: operations["changeQuiet"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/quiet/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it now; only_window: what repeats goes on with its next window */
        post: operations["endQuiet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/quiet/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The windows of a stretch, of everything that repeats or not */
        get: operations["quietCalendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/quiet/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How many subjects it would cover, and when */
        post: operations["previewQuiet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recipients */
        get: operations["listRecipients"];
        put?: never;
        /** Add a recipient; a secret that connlog makes (a webhook's) is shown once */
        post: operations["addRecipient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a recipient */
        delete: operations["removeRecipient"];
        options?: never;
        head?: never;
        /** Change a recipient */
        patch: operations["changeRecipient"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients/{id}/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a code to a chat that is not confirmed, and wait for the real answer */
        post: operations["sendRecipientCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm a chat by the code that was sent there */
        post: operations["confirmRecipientCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients/{id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the letter that asks for a yes once more */
        post: operations["askRecipientAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/recipients/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test and wait for the real answer */
        post: operations["testRecipient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/removed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was removed and can be put back, newest first */
        get: operations["listRemoved"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/removed/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove it for good, with its secrets */
        delete: operations["eraseRemoved"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/removed/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put it back as it was */
        post: operations["putBackRemoved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alert rules */
        get: operations["listRules"];
        put?: never;
        /** Add a rule */
        post: operations["addRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule */
        get: operations["showRule"];
        put?: never;
        post?: never;
        /** Remove a rule; its incidents resolve */
        delete: operations["removeRule"];
        options?: never;
        head?: never;
        /** Change a rule */
        patch: operations["changeRule"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules/{id}/drill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open an incident that is marked as a drill, and walk the whole way of its messages */
        post: operations["drillRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules/{id}/telling": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom the rule would tell now, and how */
        get: operations["showRuleTelling"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test to whom it would tell */
        post: operations["testRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a rule would match and would have opened */
        post: operations["previewRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the workspace requires a second factor */
        get: operations["showSecondFactorPolicy"];
        /** Require a second factor, or no longer */
        put: operations["changeSecondFactorPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/security-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Security events of the workspace; those about themselves to those who may not see all */
        get: operations["listSecurityEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/security-events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The security events as a file */
        get: operations["exportSecurityEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable the workspace, or enable it again */
        post: operations["setWorkspaceEnabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/subjects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Subjects: agents, groups */
        get: operations["listSubjects"];
        put?: never;
        /** Add a group */
        post: operations["addSubject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/subjects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One subject */
        get: operations["showSubject"];
        put?: never;
        post?: never;
        /** Remove a group that no rule names */
        delete: operations["removeSubject"];
        options?: never;
        head?: never;
        /** Rename, tag, label, group, pause */
        patch: operations["changeSubject"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/subjects/{id}/parents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** On which other subjects it depends */
        get: operations["showParents"];
        /** Say on which others it depends: while one is down, its own openings are held */
        put: operations["putParents"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/subjects/{id}/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The changes of its state, and how much of the time it was up */
        get: operations["showSubjectRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/subjects/by-key/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the subject with this key; make a group with it where there is none (201) */
        put: operations["putSubjectByKey"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Teams of people */
        get: operations["listTeams"];
        put?: never;
        /** Add a team */
        post: operations["addTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a team to which no subject belongs */
        delete: operations["removeTeam"];
        options?: never;
        head?: never;
        /** Rename a team */
        patch: operations["changeTeam"];
        trace?: never;
    };
    "/api/v1/workspaces/{w}/teams/{id}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put somebody into a team, with or without leave to edit */
        put: operations["putTeamMember"];
        post?: never;
        /** Take somebody out of a team */
        delete: operations["removeTeamMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/telling-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How messages are grouped, how long an acknowledgement lasts, what hosts may ask for */
        get: operations["showTellingSettings"];
        /** Change that */
        put: operations["putTellingSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{w}/telling/stages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stages between an incident and a message, in order */
        get: operations["listTellingStages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/download/agent/{target}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The executable for a target */
        get: operations["downloadAgent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/install.sh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script that makes a host an agent */
        get: operations["installScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus; on this machine or for administrators */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/r/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the link of a mail asks */
        get: operations["showMailPage"];
        put?: never;
        /** Confirm, refuse or unsubscribe (RFC 8058: one click) */
        post: operations["actOnMailPage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it can do its work */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Acceptance: {
            address: string;
            /** Format: date-time */
            at: string;
            mail?: string;
            name: string;
            person?: string;
            title: string;
            version: string;
        };
        AcceptanceList: {
            items: components["schemas"]["Acceptance"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        AccessItem: {
            address: string;
            /** Format: date-time */
            ends_at: string | null;
            given_by: string;
            /** @description An opaque id. */
            id: string;
            /** @enum {string} */
            kind: "member" | "invitation" | "api_key" | "personal_key" | "enrolment_key" | "recipient" | "break_glass" | "monitor_secret" | "event_key";
            /** Format: date-time */
            last_used_at: string | null;
            name: string;
            rights: string;
            /** Format: date-time */
            since: string | null;
            /** @description Not used for 90 days. */
            stale: boolean;
            state: string;
            teams: string;
        };
        AccessReview: {
            done: {
                /** Format: date-time */
                done_at: string;
                done_by: string;
                note: string;
            }[];
            /**
             * Format: date-time
             * @description Null: reviews are switched off.
             */
            due_at: string | null;
            interval_days: number;
            items: components["schemas"]["AccessItem"][];
            overdue: boolean;
        };
        Account: {
            /** @description Until when backups hold what is erased now; empty: the appliance makes none. */
            backups_hold: string;
            /** Format: date-time */
            created_at: string;
            has_password: boolean;
            /** @description An opaque id. */
            id: string;
            /** Format: date-time */
            last_login_at: string | null;
            /** @description A mail when somebody logs in from a new place. */
            login_notices: boolean;
            mail: string;
            /** @description Null: none waits. */
            mail_change: {
                /** Format: date-time */
                expires_at: string;
                /** @description The address until now has agreed. */
                former_agreed: boolean;
                mail: string;
                /** @description The new address has agreed. */
                new_agreed: boolean;
            } | null;
            /** Format: date-time */
            mail_verified_at: string | null;
            /** @description The appliance can send mail. */
            mail_works: boolean;
            name: string;
            /** @description Workspaces that must get another owner before this account can go. */
            owned_alone: string[];
            /** Format: date-time */
            password_changed_at: string | null;
        };
        AccountChange: {
            login_notices?: boolean;
            name?: string;
        };
        AckAnswer: {
            /** @description The one that stands in the mail. */
            number: number;
            token: string;
        };
        AckDone: {
            /** @description How many incidents are acknowledged by this. */
            acknowledged: number;
            /** @description How many somebody looks after already. */
            already: number;
            /**
             * Format: date-time
             * @description Until when, at least. Null: without an end.
             */
            until: string | null;
        };
        Acknowledgement: {
            comment?: string;
            /** @description How long it holds. Absent: as long as the workspace says. Null: without an end, for what is less than critical. Of what is acknowledged already: its new end, by whom that is said. */
            minutes?: number | null;
        };
        AckToken: {
            token: string;
        };
        /** @description Nothing that the mail did not say. */
        AckView: {
            headline: string;
            /** @description How many incidents the mail listed as open. */
            incidents: number;
            numbers: number[];
            /** @description To whom the mail went. */
            recipient_shown: string;
        };
        Agent: components["schemas"]["Subject"] & {
            agent_version: string;
            arch: string;
            config_version: number;
            core_count: number;
            /** @description Its heartbeats are refused. */
            disabled: boolean;
            hostname: string;
            interval_seconds: number;
            machine_id: string;
            metrics: {
                cpu: boolean;
                disk: boolean;
                load: boolean;
                memory: boolean;
            };
            missed_threshold: number;
            os: string;
            pending_machine_id: string;
            token_hint: string;
        };
        AgentChange: {
            disabled?: boolean;
            group_ids?: string[];
            interval_seconds?: number;
            /** @description For programs, unique in the workspace. Null: none. */
            key?: string | null;
            /** @description A text for each key. */
            labels?: Record<string, never>;
            metrics?: {
                cpu: boolean;
                disk: boolean;
                load: boolean;
                memory: boolean;
            };
            missed_threshold?: number;
            name?: string;
            notes?: string;
            /** @description While it is paused, it is not judged and nobody is told. */
            paused?: boolean;
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            tags?: string[];
            team_ids?: string[];
        };
        AgentConfig: {
            data: {
                configVersion: number;
                heartbeatIntervalSeconds: number;
                maxPayloadSizeKb: number;
                metrics: {
                    cpu: boolean;
                    disk: boolean;
                    load: boolean;
                    memory: boolean;
                };
                missedThreshold: number;
                quickActions?: Record<string, never>;
            };
            ok: boolean;
        };
        AgentEndpoint: {
            data: {
                heartbeatUrl: string;
                refreshAfterSeconds: number;
                regionCode: string | null;
            };
            ok: boolean;
        };
        AgentEnrolment: {
            name: string;
            /** @description Hexadecimal, made up by the host and kept until it was answered. */
            request_id: string;
        };
        AgentList: {
            items: components["schemas"]["Agent"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        AgentWithToken: {
            agent: components["schemas"]["Agent"];
            install_command: string;
            run_command: string;
            /** @description Shown this once. */
            token: string;
        };
        ApiKey: {
            addresses: string[];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            /** @enum {string} */
            form: "api" | "ping" | "checks";
            /** @description The first and last characters of the token. */
            hint: string;
            /** @description An opaque id. */
            id: string;
            last_used_address: string;
            /** Format: date-time */
            last_used_at: string | null;
            name: string;
            personal: boolean;
            scopes: string[];
        };
        ApiKeyList: {
            items: components["schemas"]["ApiKey"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        ApiKeyWithToken: {
            key: components["schemas"]["ApiKey"];
            /** @description Shown this once. */
            token: string;
        };
        Appliance: {
            agent_targets: {
                available: boolean;
                bytes: number | null;
                target: string;
            }[];
            agents_total: number;
            ca_pin: string | null;
            /** Format: date-time */
            certificate_not_after: string | null;
            database_bytes: number | null;
            /** @description Found while it runs: the clock, the audit anchor. */
            findings: string[];
            listeners: {
                address: string;
                port: number;
                tls: boolean;
            }[];
            public_url: string;
            server_pin: string | null;
            /** Format: date-time */
            started_at: string;
            version: string;
            /** @description Of the settings, the certificate and the store. */
            warnings: string[];
        };
        ApplianceHealth: {
            /** @description Newest first. */
            incidents: components["schemas"]["Incident"][];
            parts: {
                /** @description An opaque id. */
                incident_id: string | null;
                part: string;
                /** Format: date-time */
                since: string | null;
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown";
                /** @description What is wrong and what to do; null: nothing. */
                text: string | null;
            }[];
            /** Format: date-time */
            since: string | null;
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
        };
        ApplianceStorage: {
            /**
             * Format: date-time
             * @description When the space was counted; null: it could not be.
             */
            at: string | null;
            database_bytes: number | null;
            /** @description Of the file system on which the data are. */
            disk: {
                bytes: number;
                free: number;
            } | null;
            /** @description The clock is implausible, so nothing is deleted by its date. */
            held_back: boolean;
            limits: {
                help: string;
                highest: number;
                lowest: number;
                name: string;
                standard: number;
                unit: string;
                /** @description Days; 0: for ever, where that is allowed. */
                value: number;
                /** @description The value is shorter than the former one, and does not hold yet. */
                waiting: {
                    /** @description What holds until then. */
                    before: number;
                    by: string;
                    /** Format: date-time */
                    due_at: string;
                } | null;
            }[];
            uses: {
                /** @description About. */
                bytes: number;
                /** @description Which times of retention decide about it. */
                limits: string[];
                /** @description Null: there are none to count. */
                rows: number | null;
                /** @enum {string} */
                use: "readings" | "incidents" | "messages" | "trails" | "people" | "backups" | "leftovers" | "free_pages" | "log" | "other";
            }[];
        };
        Backup: {
            /** @description Who asked for it. */
            by: string;
            bytes: number;
            copies: {
                /**
                 * Format: date-time
                 * @description Stored, or last tried.
                 */
                at: string | null;
                destination: string;
                is_there: boolean;
                trouble: string;
            }[];
            drill_trouble: string;
            /** Format: date-time */
            drilled_at: string | null;
            /** Format: date-time */
            ended_at: string | null;
            /** @description The appliance keeps its key: it can be verified and tried here. */
            has_key: boolean;
            /** @description An opaque id. */
            id: string;
            /** @enum {string} */
            kind: "whole" | "without_history";
            /** @description Of its file. */
            name: string;
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            state: "running" | "complete" | "failed" | "removed";
            /** @enum {string} */
            trigger: "by_hand" | "schedule" | "before_upgrade" | "before_import" | "before_rekey" | "command_line";
            /** @description Why it failed; empty: it did not. */
            trouble: string;
            /** Format: date-time */
            verified_at: string | null;
            /** @description Why it cannot be relied on; empty: it can. */
            verify_trouble: string;
        };
        BackupBucket: {
            access_key: string;
            bucket: string;
            /** @description The address of the service, without a path. */
            endpoint: string;
            /** @description https://endpoint/bucket/… in place of https://bucket.endpoint/… */
            path_style: boolean;
            /** @description Before each object's name; empty: none. */
            prefix: string;
            region: string;
            /** @description Whether connlog removes there what the schedule no longer keeps. */
            retention: boolean;
            secret_set: boolean;
        };
        /** @description What is left out stays as it is. */
        BackupBucketChange: {
            access_key?: string;
            bucket?: string;
            endpoint?: string;
            path_style?: boolean;
            prefix?: string;
            region?: string;
            retention?: boolean;
            /** @description Write-only; asked for anew when the endpoint or the access key changes. */
            secret_key?: string;
        };
        BackupBucketTest: {
            steps: {
                ok: boolean;
                /** @description put, read, delete, protection */
                step: string;
                /** @description What happened, in a sentence. */
                text: string;
            }[];
        };
        BackupDestination: {
            backups: number;
            bytes: number;
            free_bytes: number | null;
            is_directory: boolean;
            is_ready: boolean;
            /** @description A directory's path, or a bucket. */
            name: string;
            /** @description It lies on the device that the data are on. */
            same_device: boolean;
            /** @description Why it is not ready, and what to do. */
            trouble: string;
        };
        BackupList: {
            bucket: components["schemas"]["BackupBucket"] | null;
            destinations: components["schemas"]["BackupDestination"][];
            findings: {
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown";
                /** @description What to know or to do. With the state up it is advice. */
                text: string;
            }[];
            /** @description The appliance's id. */
            instance: string;
            /** @description Newest first, without the removed ones. */
            items: components["schemas"]["Backup"][];
            /** Format: date-time */
            next_at: string | null;
            passphrase: {
                is_set: boolean;
                /** Format: date-time */
                since: string | null;
            };
            progress: components["schemas"]["BackupProgress"][];
            recovery_key: {
                /** @description Of the confirmed one. */
                fingerprint: string;
                /** Format: date-time */
                since: string | null;
                /** @enum {string} */
                state: "none" | "unconfirmed" | "confirmed";
            };
            schedule: components["schemas"]["BackupSchedule"];
            /** @description Fingerprint of the key with which backups are signed. */
            signer: string;
        };
        BackupPassphrase: {
            passphrase: string;
        };
        BackupProgress: {
            /** @description An opaque id. */
            backup_id: string;
            /** @description Where it goes, with uploading and removing. */
            destination: string;
            done: number;
            /** @description 0: not known yet. */
            of: number;
            /** @enum {string} */
            step: "waiting" | "copying" | "verifying" | "uploading" | "drilling" | "removing";
        };
        BackupSchedule: {
            /** @description On the other days one without the readings. */
            daily_without_history: boolean;
            enabled: boolean;
            hour: number;
            keep_daily: number;
            keep_monthly: number;
            keep_weekly: number;
            keep_yearly: number;
            minute: number;
            /** @description Days of whole backups, as the sum of 1 (Monday) to 64 (Sunday). */
            whole_on: number;
            /** @description Such as Europe/Berlin. */
            zone: string;
        };
        Channel: {
            can: {
                /** @description A recovery is an answer to the alert. */
                thread: boolean;
                /** @description People can answer there. */
                two_way: boolean;
                /** @description A recovery takes the alert's place. */
                update: boolean;
            };
            fields: components["schemas"]["KindField"][];
            icon: string;
            kind: string;
            /** @description Nothing is sent before a code that was sent there was typed. */
            needs_code: boolean;
            /** @description The reader must agree before alerts are sent. */
            needs_consent: boolean;
            title: string;
        };
        ChannelList: {
            items: components["schemas"]["Channel"][];
            /** @description There is one page. */
            next: null;
        };
        ChatAccount: {
            /** @description What the service calls the account. */
            account: string;
            /**
             * Format: date-time
             * @description Its last act here. Null: none yet.
             */
            last_used_at: string | null;
            /** Format: date-time */
            linked_at: string | null;
            /** @description As it was called there when it was linked. */
            name: string;
            /** @description The kind of channel, such as telegram. */
            service: string;
        };
        ChatAccountList: {
            items: components["schemas"]["ChatAccount"][];
            /** @description There is one page. */
            next: null;
        };
        ChatLinkCode: {
            /** @description The recipients of my workspaces whose bots read it. */
            bots: {
                name: string;
                workspace: string;
            }[];
            /** @description To be sent in private to one of the bots. It links once. */
            code: string;
            /** Format: date-time */
            expires_at: string;
        };
        CheckDefaults: {
            items: {
                interval_seconds: number | null;
                /** @description The group's id, or the tag. */
                of: string;
                of_name: string;
                recipients: string[];
                recover_after: number | null;
                retries: number | null;
                retry_interval_seconds: number | null;
                /** @enum {string} */
                scope: "group" | "tag";
                time_limit_ms: number | null;
            }[];
        };
        CheckDefaultsChange: {
            items: {
                interval_seconds?: number | null;
                of: string;
                recipients?: string[];
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                /** @enum {string} */
                scope: "group" | "tag";
                time_limit_ms?: number | null;
            }[];
        };
        CheckKind: {
            fields: components["schemas"]["KindField"][];
            for_probes: boolean;
            has_certificate: boolean;
            icon: string;
            /** @description It looks at nothing by itself. */
            is_passive: boolean;
            kind: string;
            title: string;
        };
        CheckKindList: {
            items: components["schemas"]["CheckKind"][];
            next: string | null;
        };
        CheckMade: {
            result: {
                address: string | null;
                /** Format: date-time */
                at: string | null;
                /** @description The beginning of the answer, masked. */
                excerpt: string | null;
                phases: {
                    connect_ms: number | null;
                    dns_ms: number | null;
                    first_byte_ms: number | null;
                    tls_ms: number | null;
                    total_ms: number | null;
                };
                /** @enum {string} */
                reason: "ok" | "slow" | "certificate_ends" | "some_addresses_fail" | "name_unknown" | "refused" | "reset" | "unreachable" | "timed_out" | "tls_failed" | "certificate_wrong" | "status_wrong" | "content_wrong" | "protocol_wrong" | "too_long" | "redirect_wrong" | "login_failed" | "forbidden" | "packets_lost" | "clock_off" | "open_but_inverted" | "missing" | "said_fail" | "late" | "no_route" | "no_resolver" | "own_trouble" | "own_clock" | "own_absence" | "too_few_probes" | "not_supported" | "bad_settings";
                text: string;
                /** @enum {string} */
                verdict: "up" | "degraded" | "down" | "unknown";
            };
        };
        Comment: {
            text: string;
        };
        DeadMan: {
            /** @description Whether an address is set. It is a secret and never shown. */
            configured: boolean;
            enabled: boolean;
            last_answer: string;
            /**
             * Format: date-time
             * @description The last call since the start.
             */
            last_at: string | null;
            last_ok: boolean;
            /** @description The beginning of the address. */
            shown: string;
            withheld_reason: string;
            /**
             * Format: date-time
             * @description Set: no call is made.
             */
            withheld_since: string | null;
        };
        DeadManChange: {
            enabled?: boolean;
            /** @description A secret. Absent: as it is. Null: it is forgotten. */
            url?: string | null;
        };
        DeadManTest: {
            answer: string;
            ok: boolean;
        };
        DeletionRequest: {
            /** @description The workspace's name, as a confirmation. */
            name: string;
        };
        DependencyList: {
            items: {
                /** @description On what it depends. An opaque id. */
                parent: string;
                /** @description An opaque id. */
                subject: string;
            }[];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
            /** @description What the items name. */
            nodes: {
                /** @description An opaque id. */
                id: string;
                /** @enum {string} */
                kind: "agent" | "group" | "appliance" | "monitor" | "source";
                name: string;
                /** @enum {string} */
                shown: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            }[];
        };
        EnrolledAgent: {
            address: string;
            /** Format: date-time */
            enrolled_at: string;
            /** @description An opaque id. */
            id: string;
            name: string;
        };
        EnrolledAnswer: {
            /** @description An opaque id. */
            agent_id: string;
            name: string;
            ok: boolean;
            token: string;
        };
        EnrolmentKey: {
            addresses: string[];
            /** @description The newest that are still there. */
            agents: components["schemas"]["EnrolledAgent"][];
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string;
            /** @description The first and last characters of the key. */
            hint: string;
            /** @description An opaque id. */
            id: string;
            last_used_address: string;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description Neither expired nor used up. */
            live: boolean;
            name: string;
            tags: string[];
            /** @description An opaque id. */
            team_id: string | null;
            uses: number;
            uses_max: number;
        };
        EnrolmentKeyList: {
            items: components["schemas"]["EnrolmentKey"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        EnrolmentKeyWithToken: {
            enrol_command: string;
            install_command: string;
            key: components["schemas"]["EnrolmentKey"];
            /** @description Shown this once. */
            token: string;
        };
        EventSource: {
            addresses: string[];
            /** Format: date-time */
            created_at: string | null;
            detail: string;
            /** @enum {string} */
            format: "alertmanager" | "pagerduty" | "json";
            group_ids: string[];
            /** @description An opaque id. */
            id: string;
            /** @description For programs, unique in the workspace; no secret. */
            key: string | null;
            /** @description The beginning of the key that events come with. */
            key_start: string;
            labels: Record<string, never>;
            /**
             * Format: date-time
             * @description The last message.
             */
            last_at: string | null;
            name: string;
            notes: string;
            open_events: number;
            /** Format: date-time */
            paused_at: string | null;
            /** @description An https address; empty: none. */
            runbook: string;
            /** Format: date-time */
            since: string | null;
            stale_after_seconds: number;
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            tags: string[];
            team_ids: string[];
            version: number;
            /** Format: date-time */
            watchdog_at: string | null;
            watchdog_event: string;
            watchdog_seconds: number;
        };
        EventSourceChange: {
            /** @description From where it may send: addresses or networks. Empty: from anywhere. */
            addresses?: string[];
            group_ids?: string[];
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            paused?: boolean;
            /** @description An https address. */
            runbook?: string;
            /** @description An event of which nothing is heard for so long ends as stale. */
            stale_after_seconds?: number;
            tags?: string[];
            team_ids?: string[];
            /** @description The key or alertname of an event that must keep coming. Empty: none. */
            watchdog_event?: string;
            watchdog_seconds?: number;
        };
        EventSourceList: {
            items: components["schemas"]["EventSource"][];
        };
        EventSourceTried: {
            /** @description An opaque id. */
            incident_id: string;
            ok: boolean;
            text: string;
        };
        EventSourceWithKey: {
            /** @description A secret, shown here alone. */
            key: string;
            source: components["schemas"]["EventSource"];
        };
        Factors: {
            passkeys: components["schemas"]["Passkey"][];
            passkeys_possible: boolean;
            recovery: {
                left: number;
                /** Format: date-time */
                made_at: string | null;
                of: number;
            };
            required_by: {
                /** @description An opaque id. */
                id: string;
                name: string;
                slug: string;
            }[];
            totp: {
                /** Format: date-time */
                confirmed_at: string;
                /** Format: date-time */
                last_used_at: string | null;
            } | null;
        };
        HeartbeatAnswer: {
            config_outdated?: boolean | null;
            expected_interval_seconds: number;
            latest_config_version?: number | null;
            ok: boolean;
            quick_actions?: Record<string, never>[];
            reboot?: boolean;
            /** Format: date-time */
            server_time: string;
            uninstall?: boolean;
            update?: Record<string, never> | null;
        };
        HostMaintenance: {
            /** @description Ends what this host asked for. */
            end?: boolean;
            /** @description From now. With `end` it is not looked at. */
            minutes?: number;
            reason?: string;
        };
        HostMaintenanceAnswer: {
            /** @description For how long the host may ask within these 24 hours. */
            left_minutes: number;
            /** @description For the person at the host. */
            message: string;
            ok: boolean;
            /** Format: date-time */
            until: string;
        };
        Incident: {
            /** Format: date-time */
            acknowledged_at: string | null;
            acknowledged_by: string;
            /**
             * Format: date-time
             * @description Until when the acknowledgement holds. Null: there is none, or it has no end.
             */
            acknowledged_until: string | null;
            /** @description An opaque id. */
            id: string;
            /** @description Opened by people to try the way of its messages. */
            is_drill: boolean;
            /** @enum {string} */
            kind: "silence" | "metric" | "state" | "event";
            /** Format: date-time */
            opened_at: string;
            /** @description What of the subject. Empty: the subject itself. */
            part: string;
            resolution: string;
            /** Format: date-time */
            resolved_at: string | null;
            /** @description An opaque id. */
            rule_id: string;
            rule_sentence: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /** @description An opaque id. */
            subject_id: string;
            /** @enum {string} */
            subject_kind: "agent" | "group" | "appliance" | "monitor" | "source";
            subject_name: string;
            summary: string;
            version: number;
        };
        IncidentDetail: components["schemas"]["Incident"] & {
            events: components["schemas"]["IncidentEvent"][];
            notifications: components["schemas"]["Notification"][];
        };
        IncidentEvent: {
            actor_name: string;
            /** Format: date-time */
            at: string;
            /** @description An opaque id. */
            id: string;
            kind: string;
            text: string;
        };
        IncidentList: {
            items: components["schemas"]["Incident"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        /** @description Texts are for people. A time in a text stands in braces, as {2026-01-31T02:14:00Z}, so that who shows it can write it in the zone of its reader; the braces are no part of the sentence. */
        IncidentTelling: {
            deliveries: components["schemas"]["Notification"][];
            /** @description Every decision, oldest first. */
            entries: {
                /** Format: date-time */
                at: string;
                reason: string;
                recipient: {
                    /** @description An opaque id. */
                    id: string;
                    name: string;
                } | null;
                stage: string;
                text: string;
                /** Format: date-time */
                until: string | null;
                verdict: string;
            }[];
            /** @description What each stage answers at this moment. Empty: it is over. */
            now: {
                reason: string;
                /** @description Null: a stage of the incident. Else how it stands with this recipient. */
                recipient: {
                    /** @description An opaque id. */
                    id: string;
                    name: string;
                } | null;
                stage: string;
                text: string;
                title: string;
                /** Format: date-time */
                until: string | null;
                /** @enum {string} */
                verdict: "pass" | "hold" | "drop";
            }[];
            /**
             * @description Null: it opened under a version that did not keep this.
             * @enum {string|null}
             */
            phase: "held" | "told" | "dropped" | "over" | null;
            /** @description The word of a reason; empty with phase null. */
            reason: string;
            text: string;
        };
        Inspection: {
            /** Format: date-time */
            at: string;
            counts: {
                danger: number;
                note: number;
                ok: number;
                warning: number;
            };
            /** @description Grave ones first. What was looked at and is in order is a finding, too. */
            findings: {
                /** @enum {string} */
                area: "keys" | "files" | "certificate" | "address" | "mail" | "recipients" | "people" | "backups" | "database" | "disk" | "clock" | "machine" | "version";
                /** @description Of the row of the check, such as mail.untested. */
                id: string;
                /** @description The exact command, line or page; empty with ok. */
                mend: string;
                /** @enum {string} */
                severity: "ok" | "note" | "warning" | "danger";
                what: string;
                /** @description Empty with ok. */
                why: string;
            }[];
            version: string;
        };
        Invitation: {
            /** Format: date-time */
            created_at: string;
            expired: boolean;
            /** Format: date-time */
            expires_at: string;
            /** @description An opaque id. */
            id: string;
            inviter_name: string;
            mail: string;
            /** @description A letter with a link of its own was queued. */
            mailed: boolean;
            /** @enum {string} */
            role: "owner" | "admin" | "operator" | "member" | "viewer";
            /** Format: date-time */
            sent_at: string;
            /** @description An opaque id. */
            team_id: string | null;
        };
        InvitationList: {
            items: components["schemas"]["Invitation"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        InvitationToken: {
            /** @description From the link. */
            token: string;
        };
        InvitedPerson: {
            name: string;
            /** @description Write-only. */
            password: string;
            /** @description From the link. */
            token: string;
        };
        Keys: {
            /** @description What renews the master key, typed on the appliance's machine. */
            command: string;
            /** @enum {string} */
            form: "file" | "passphrase" | "credential";
            generation: number;
            rotating: boolean;
        };
        KindField: {
            /** @description When it changes, secrets are asked for anew. */
            address: boolean;
            choices: {
                label: string;
                word: string;
            }[];
            /** @description As text. Null: none. */
            default: string | null;
            example: string;
            help: string;
            /** @description Of numbers the range; else characters, 0: the type's own bound. */
            highest: number;
            label: string;
            lowest: number;
            /** @description connlog makes it and shows it once; it cannot be given. */
            made_here: boolean;
            name: string;
            required: boolean;
            /** @description Write-only. */
            secret: boolean;
            /** @enum {string} */
            type: "text" | "secret" | "secret_url" | "url" | "mail" | "number" | "choice" | "flag" | "lines" | "secret_lines" | "certificate";
        };
        Latest: {
            /** Format: date-time */
            at: string;
            certificate_days?: number;
            check_address?: number;
            check_reason?: number;
            clock_offset_ms?: number;
            connect_ms?: number;
            core_count?: number;
            cpu_peak_percent?: number;
            cpu_percent?: number;
            disk_percent?: number;
            disk_total_mib?: number;
            disk_used_mib?: number;
            dns_ms?: number;
            first_byte_ms?: number;
            http_status?: number;
            load_1m?: number;
            load_per_core?: number;
            memory_percent?: number;
            memory_total_mib?: number;
            memory_used_mib?: number;
            packet_loss_percent?: number;
            response_ms?: number;
            run_seconds?: number;
            state?: number;
            stratum?: number;
            tls_ms?: number;
            uptime_seconds?: number;
            /** @description What was measured, and what follows from it. What was not measured is absent. Values without a part also stand under the metric's word. */
            values: components["schemas"]["MetricValue"][];
        };
        Leak: {
            /** Format: date-time */
            at: string;
            by: string;
            circumstances: string;
            /** Format: date-time */
            closed_at: string | null;
            closed_by: string;
            /** @description An opaque id. */
            id: string;
            kind: string;
            /** @description Steps of the checklist that people must still do. */
            steps_open: number;
            subject_name: string;
            /** @description What leaked, in words. */
            title: string;
            version: number;
        };
        LeakChange: {
            closed: boolean;
        };
        LeakKind: {
            kind: string;
            title: string;
        };
        LeakKindList: {
            items: components["schemas"]["LeakKind"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        LeakList: {
            items: components["schemas"]["Leak"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        LeakPlan: {
            /** @description What connlog will do. */
            automatic: string[];
            /** @description What people will have to do. */
            by_people: string[];
            subject: components["schemas"]["LeakSubject"];
        };
        LeakStep: {
            /** @description connlog did it. */
            automatic: boolean;
            /**
             * Format: date-time
             * @description Null: still to be done.
             */
            done_at: string | null;
            done_by: string;
            note: string;
            position: number;
            text: string;
        };
        LeakStepChange: {
            done: boolean;
            note?: string;
        };
        LeakSubject: {
            detail: string;
            /** @description An opaque id. */
            id: string;
            name: string;
        };
        LeakSubjectList: {
            items: components["schemas"]["LeakSubject"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        LegalAcceptance: {
            name: string;
            version: string;
        };
        LegalPending: {
            pending: string[];
        };
        LegalText: {
            asks_for_acceptance: boolean;
            blocks: {
                /** @enum {string} */
                kind: "heading" | "paragraph" | "bullet" | "numbered";
                level: number;
                text: string;
            }[];
            name: string;
            title: string;
            version: string;
        };
        LegalTextList: {
            items: components["schemas"]["ListedLegalText"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        Letter: {
            attempts: number;
            /** Format: date-time */
            created_at: string;
            /** @description An opaque id. */
            id: string;
            kind: string;
            last_error: string;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** Format: date-time */
            sent_at: string | null;
            /** @enum {string} */
            state: "queued" | "leased" | "sent" | "failed";
            subject: string;
            to: string;
        };
        LetterList: {
            items: components["schemas"]["Letter"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        Limit: {
            /** Format: date-time */
            changed_at: string | null;
            changed_by: string;
            help: string;
            highest: number;
            lowest: number;
            name: string;
            standard: number;
            /** @enum {string} */
            unit: "" | "flag" | "seconds" | "minutes" | "hours" | "days";
            value: number;
        };
        Limits: {
            items: components["schemas"]["Limit"][];
        };
        LimitsChange: {
            /** @description Values by name. */
            limits?: Record<string, never>;
            standard?: string[];
        };
        LinkRequest: {
            /** @description Mail the link to them, too. */
            send?: boolean;
        };
        ListedLegalText: {
            asks_for_acceptance: boolean;
            name: string;
            title: string;
            /** @description SHA-256 of the file, in hex. */
            version: string;
        };
        ListedUser: {
            api_keys: number;
            appliance_administrator: boolean;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            has_password: boolean;
            /** @description An opaque id. */
            id: string;
            /** Format: date-time */
            last_login_at: string | null;
            /** Format: date-time */
            last_seen_at: string | null;
            mail: string;
            name: string;
            second_factor: boolean;
            sessions: number;
            workspaces: number;
        };
        ListedUserList: {
            items: components["schemas"]["ListedUser"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        ListedWorkspace: {
            agents: number;
            api_keys: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deletion_at: string | null;
            enabled: boolean;
            /** @description An opaque id. */
            id: string;
            /** @description The reader is a member. */
            member: boolean;
            members: number;
            name: string;
            open_incidents: number;
            opening: components["schemas"]["Opening"] | null;
            owners: string[];
            recipients: number;
            slug: string;
        };
        ListedWorkspaceList: {
            items: components["schemas"]["ListedWorkspace"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        Login: {
            mail: string;
            /** @description Write-only. */
            password: string;
        };
        LoginAgreement: {
            password: string;
            ticket: string;
        };
        LoginAnswer: components["schemas"]["Me"] | components["schemas"]["SecondFactorAsked"];
        LoginAway: {
            /** @description Where to send the browser. */
            url: string;
        };
        LoginButtonList: {
            items: {
                /** @description An opaque id. */
                id: string;
                name: string;
                /** @enum {string} */
                preset: "generic" | "google" | "microsoft" | "gitlab" | "keycloak" | "authentik" | "forgejo" | "github";
                /** @description It did not answer as it should when it was last asked. */
                trouble: boolean;
            }[];
            next: string | null;
        };
        LoginConfirmation: {
            can_mail: boolean;
            has_password: boolean;
            mail: string;
            provider: string;
        };
        LoginEntered: {
            entered: boolean;
            second_factor: {
                methods: string[];
                ticket: string;
            } | null;
        };
        LoginLink: {
            token: string;
        };
        LoginLinked: {
            provider: string;
        };
        LoginList: {
            has_password: boolean;
            items: {
                enabled: boolean;
                /** @description An opaque id. */
                id: string;
                /** Format: date-time */
                last_used_at: string | null;
                /** Format: date-time */
                linked_at: string;
                mail: string;
                name: string;
                provider: string;
                /** @description An opaque id. */
                provider_id: string;
            }[];
            linkable: {
                /** @description An opaque id. */
                id: string;
                name: string;
            }[];
            next: string | null;
        };
        LoginProvider: {
            allowed_domains: string[];
            ca_pem: string;
            client_id: string;
            counts_as_second_factor: boolean;
            create_accounts: boolean;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            has_secret: boolean;
            /** @description An opaque id. */
            id: string;
            issuer: string;
            name: string;
            /** @description What it said last that could not be used, although it did not fail. */
            notice: {
                /** Format: date-time */
                at: string;
                message: string;
            } | null;
            /** @enum {string} */
            preset: "generic" | "google" | "microsoft" | "gitlab" | "keycloak" | "authentik" | "forgejo" | "github";
            role_claim: string;
            roles: {
                /** @enum {string} */
                role: "owner" | "admin" | "operator" | "member" | "viewer";
                /** @description Of the claim; * is any. */
                value: string;
                /** @description An opaque id. */
                workspace_id: string;
            }[];
            second_factor_acr: string;
            trouble: {
                /** Format: date-time */
                at: string;
                message: string;
            } | null;
            version: number;
        };
        LoginProviderChange: {
            allowed_domains?: string[];
            ca_pem?: string;
            client_id?: string;
            client_secret?: string;
            counts_as_second_factor?: boolean;
            create_accounts?: boolean;
            enabled?: boolean;
            issuer?: string;
            name?: string;
            role_claim?: string;
            roles?: {
                /** @enum {string} */
                role: "owner" | "admin" | "operator" | "member" | "viewer";
                /** @description Of the claim; * is any. */
                value: string;
                /** @description An opaque id. */
                workspace_id: string;
            }[];
            second_factor_acr?: string;
        };
        LoginProviderList: {
            items: components["schemas"]["LoginProvider"][];
            next: string | null;
            presets: {
                issuer: string;
                issuer_hint: string;
                name: string;
                /** @enum {string} */
                preset: "generic" | "google" | "microsoft" | "gitlab" | "keycloak" | "authentik" | "forgejo" | "github";
                role_claim: string;
            }[];
            redirect_uri: string;
            workspaces: {
                /** @description An opaque id. */
                id: string;
                name: string;
            }[];
        };
        LoginProviderTest: {
            ok: boolean;
            steps: {
                /** @description What to change; empty where nothing must be. */
                advice: string;
                /** @description What was tried and what came of it. */
                detail: string;
                /** @enum {string} */
                name: "discovery" | "clock" | "keys" | "client";
                ok: boolean;
            }[];
        };
        LoginStart: {
            /** @description An opaque id. */
            provider_id: string;
        };
        LoginTicket: {
            ticket: string;
        };
        MachineDecision: {
            /** @enum {string} */
            decision: "approve" | "reject";
        };
        MachineEvent: {
            actor_name: string;
            /** Format: date-time */
            at: string;
            kind: string;
            machine_id: string;
        };
        MachineEventList: {
            items: components["schemas"]["MachineEvent"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        MailChange: {
            mail: string;
        };
        MailLinkAnswer: {
            /** @description False refuses a change. Else true. */
            agree?: boolean;
            /** @enum {string} */
            kind: "mail" | "former" | "new";
            /** @description Of the link. */
            token: string;
        };
        MailLinkOutcome: {
            /** @enum {string} */
            outcome: "verified" | "waits_for_other" | "changed" | "refused";
        };
        MailSettings: {
            ca_pem: string;
            configured: boolean;
            default_helo_name: string;
            from_address: string;
            from_name: string;
            has_password: boolean;
            /** @description Sent in EHLO; empty: `default_helo_name`. */
            helo_name: string;
            host: string;
            /** @enum {string} */
            login: "automatic" | "plain" | "login" | "cram_md5";
            port: number;
            /** @enum {string} */
            security: "none" | "starttls" | "tls";
            /** @description Why no mail gets through; null: the last one did, or none was sent yet. */
            trouble: {
                /** @description The mail server's own words. */
                answer: string;
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                since: string;
            } | null;
            username: string;
        };
        MailSettingsChange: {
            ca_pem?: string;
            configured?: boolean;
            from_address: string;
            from_name?: string;
            helo_name?: string;
            host: string;
            /** @enum {string} */
            login?: "automatic" | "plain" | "login" | "cram_md5";
            /** @description Write-only; absent: the stored one stays. */
            password?: string;
            port: number;
            /** @enum {string} */
            security: "none" | "starttls" | "tls";
            username?: string;
        };
        MailTest: {
            to: string;
        };
        Me: {
            /** @description Send it as X-CSRF-Token with everything that changes something. */
            csrf_token: string;
            may_create_workspaces: boolean;
            /** @description A second factor is set up. */
            second_factor: boolean;
            server: {
                /** Format: date-time */
                now: string;
                public_url: string;
                /** @description Set while the appliance is in recovery after a restore. */
                recovery: {
                    /**
                     * Format: date-time
                     * @description What came later is lost.
                     */
                    backup_at: string;
                    /** Format: date-time */
                    since: string;
                } | null;
                /** @description Set while nothing can be stored. */
                storage: {
                    cause: string;
                    /** Format: date-time */
                    since: string;
                } | null;
                version: string;
            };
            user: components["schemas"]["User"];
            workspaces: components["schemas"]["Workspace"][];
        };
        Member: {
            /** @description The login provider whose roles decide about this one. */
            by_provider: string | null;
            /** @description False: the person's account is disabled. */
            enabled: boolean;
            /** Format: date-time */
            last_login_at: string | null;
            mail: string;
            name: string;
            /** @enum {string} */
            role: "owner" | "admin" | "operator" | "member" | "viewer";
            /** Format: date-time */
            since: string;
            teams: {
                may_edit: boolean;
                /** @description An opaque id. */
                team_id: string;
            }[];
            /** @description An opaque id. */
            user_id: string;
        };
        MemberChange: {
            /** @enum {string} */
            role: "owner" | "admin" | "operator" | "member" | "viewer";
        };
        MemberList: {
            items: components["schemas"]["Member"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        Metric: {
            chart: {
                noun: string;
                position: number;
                series: string;
                word: string;
            } | null;
            decimals: number;
            /** @description The words of the metrics that it is computed from. None: it is measured. */
            from: string[];
            high: number;
            in_rules: boolean;
            /** @description The kinds of subject that have it. */
            kinds: string[];
            low: number;
            noun: string;
            /** @description Never used for another metric. */
            number: number;
            /** @description What its part is. Empty: it has none. */
            part: string;
            suggested: {
                hysteresis: number;
                threshold: number;
            } | null;
            /** @enum {string} */
            unit: "none" | "percent" | "mebibytes" | "seconds" | "per_core" | "count" | "milliseconds" | "days";
            /** @description How values and rules name it. */
            word: string;
            /** @enum {string} */
            worse: "neither" | "above" | "below";
        };
        MetricList: {
            items: components["schemas"]["Metric"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        MetricValue: {
            /** @description A word of the catalogue of metrics. */
            metric: string;
            /** @description Empty: the subject itself. */
            part: string;
            value: number;
        };
        Monitor: components["schemas"]["MonitorRow"] & {
            certificate_days_limit: number;
            /** Format: date-time */
            created_at: string;
            /** @description The values of its fields that are not secret. */
            fields: Record<string, never>;
            invert: boolean;
            /** @description From the moment at which the service fails until it is down, at most. */
            know_within_seconds: number | null;
            /** @description Whether this version knows its kind. */
            known: boolean;
            last: {
                address: string | null;
                /** Format: date-time */
                at: string | null;
                phases: {
                    connect_ms: number | null;
                    dns_ms: number | null;
                    first_byte_ms: number | null;
                    tls_ms: number | null;
                    total_ms: number | null;
                };
                /** @enum {string} */
                reason: "ok" | "slow" | "certificate_ends" | "some_addresses_fail" | "name_unknown" | "refused" | "reset" | "unreachable" | "timed_out" | "tls_failed" | "certificate_wrong" | "status_wrong" | "content_wrong" | "protocol_wrong" | "too_long" | "redirect_wrong" | "login_failed" | "forbidden" | "packets_lost" | "clock_off" | "open_but_inverted" | "missing" | "said_fail" | "late" | "no_route" | "no_resolver" | "own_trouble" | "own_clock" | "own_absence" | "too_few_probes" | "not_supported" | "bad_settings";
                text: string;
                /** @enum {string} */
                verdict: "up" | "degraded" | "down" | "unknown";
            } | null;
            /** Format: date-time */
            next_at: string | null;
            notes: string;
            own: {
                interval_seconds: number | null;
                recover_after: number | null;
                retries: number | null;
                retry_interval_seconds: number | null;
                time_limit_ms: number | null;
            };
            ping: {
                /** Format: date-time */
                down_at: string | null;
                /** Format: date-time */
                due_at: string | null;
                last_duration_seconds: number | null;
                /** Format: date-time */
                last_ping: string | null;
                /** Format: date-time */
                last_start: string | null;
                pings: number;
                slug: string;
                /** @enum {string} */
                status: "new" | "up" | "grace" | "down" | "paused";
            } | null;
            probes: {
                agents: {
                    /** Format: date-time */
                    at: string | null;
                    /** @description An opaque id. */
                    id: string;
                    name: string | null;
                    reason: string | null;
                    state: string | null;
                    text: string | null;
                }[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed: number;
            };
            runbook: string;
            secrets_set: string[];
            slow_after_ms: number;
            /** @description What holds, and where it comes from. */
            timing: {
                interval_seconds: {
                    /** @enum {string} */
                    from: "standard" | "group" | "tag" | "own";
                    of: string | null;
                    of_name: string | null;
                    value: number;
                };
                recover_after: {
                    /** @enum {string} */
                    from: "standard" | "group" | "tag" | "own";
                    of: string | null;
                    of_name: string | null;
                    value: number;
                };
                retries: {
                    /** @enum {string} */
                    from: "standard" | "group" | "tag" | "own";
                    of: string | null;
                    of_name: string | null;
                    value: number;
                };
                retry_interval_seconds: {
                    /** @enum {string} */
                    from: "standard" | "group" | "tag" | "own";
                    of: string | null;
                    of_name: string | null;
                    value: number;
                };
                time_limit_ms: {
                    /** @enum {string} */
                    from: "standard" | "group" | "tag" | "own";
                    of: string | null;
                    of_name: string | null;
                    value: number;
                };
            };
            uptime: {
                d7: number | null;
                d30: number | null;
                d90: number | null;
                d365: number | null;
                h24: number | null;
            };
        };
        MonitorAnswers: {
            items: {
                /** Format: date-time */
                at: string;
                text: string;
            }[];
        };
        MonitorChange: {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            /** @description Values and secrets of the kind's fields (GET /api/v1/check-kinds). A secret that is left out stays; null clears. */
            fields?: Record<string, never>;
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            /** @description While it is paused nothing is checked, and nobody is told. */
            paused?: boolean;
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        };
        MonitorImport: {
            /** @description I may monitor these hosts. */
            confirmed_hosts?: boolean;
            dry_run?: boolean;
            /** @enum {string} */
            format: "lines" | "csv";
            text: string;
        };
        MonitorList: {
            /** @description With the first page: how many have each shown state. */
            counts: Record<string, never> | null;
            items: components["schemas"]["MonitorRow"][];
            /** @description With the first page: how many are of each kind. */
            kinds: Record<string, never> | null;
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
            /** @description With the first page: how many are paused for 30 days or longer. */
            paused_long: number | null;
        };
        MonitorProposals: {
            items: {
                fields: Record<string, never>;
                kind: string;
                name: string;
                secrets_moved: string[];
            }[];
        };
        MonitorRow: {
            certificate_days: number | null;
            /** @description For how much of each of the last 90 days (UTC) it was up, in percent, oldest first; null: no moment counts. */
            days: (number | null)[];
            detail: string;
            groups: string[];
            /** @description An opaque id. */
            id: string;
            key: string | null;
            /** @description The kind of check. */
            kind: string;
            /** @description A text for each key. */
            labels: Record<string, never>;
            /** Format: date-time */
            last_at: string | null;
            /** @description A maintenance of it runs. */
            maintenance?: boolean;
            name: string;
            /** @enum {string} */
            observed: "pending" | "up" | "degraded" | "down" | "unknown";
            open_incidents: number;
            /** Format: date-time */
            paused_at: string | null;
            /** @enum {string} */
            reason: "added" | "heard" | "silent" | "source" | "members" | "paused" | "disabled" | "resumed" | "carried" | "late" | "missing" | "unchecked";
            response_ms: number | null;
            /** @description What is checked, without secrets. */
            shown: string;
            /** Format: date-time */
            since: string | null;
            /** @description Response times of the last results in ms, oldest first; -1: it failed. */
            spark: number[];
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            tags: string[];
            teams: string[];
            /** @description Of the last 30 of these days. */
            uptime_30d: number | null;
            version: number;
        };
        MonitorsChange: {
            change: {
                groups_add?: string[];
                /** @description Null: that of its groups and tags. Absent: as it is. */
                own?: {
                    interval_seconds?: number | null;
                    recover_after?: number | null;
                    retries?: number | null;
                    retry_interval_seconds?: number | null;
                    time_limit_ms?: number | null;
                };
                paused?: boolean;
                tags_add?: string[];
                tags_remove?: string[];
            };
            ids: string[];
        };
        MonitorsChanged: {
            changed: number;
            failed: {
                detail: string;
                /** @description An opaque id. */
                id: string;
            }[];
        };
        MonitorsImported: {
            items: {
                fields: Record<string, never>;
                kind: string;
                line: number;
                name: string;
                trouble: string | null;
            }[];
            made: number;
        };
        MonitorState: {
            detail?: string;
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown";
        };
        MonitorStates: {
            complete: boolean;
            items: {
                /** Format: date-time */
                at: string;
                detail: string;
                /** @enum {string} */
                reason: "added" | "heard" | "silent" | "source" | "members" | "paused" | "disabled" | "resumed" | "carried" | "late" | "missing" | "unchecked";
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown";
            }[];
        };
        Name: {
            name: string;
        };
        NewAgent: {
            /** @description I may monitor this system. Must be true. */
            authorised: boolean;
            group_ids?: string[];
            interval_seconds?: number;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @description A text for each key. */
            labels?: Record<string, never>;
            missed_threshold?: number;
            name: string;
            notes?: string;
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            tags?: string[];
            /** @description Absent: the team that you may edit for, where there is exactly one. */
            team_ids?: string[];
        };
        NewApiKey: {
            addresses?: string[];
            /** @description Until it expires; 0: never. Else 90. */
            days?: number;
            /**
             * @description api where absent. ping: a part of ping addresses. checks: a key of Healthchecks' management API. Both are a workspace's alone, and their rights are fixed.
             * @enum {string}
             */
            form?: "api" | "ping" | "checks";
            name: string;
            /** @description Of a key of the form checks. */
            read_only?: boolean;
            scopes?: string[];
        };
        NewBackup: {
            /** @enum {string} */
            kind: "whole" | "without_history";
        };
        NewEnrolmentKey: {
            addresses?: string[];
            /** @description You may monitor the systems that will use it. */
            authorised: boolean;
            /** @description Until it expires; else 7. */
            days?: number;
            name: string;
            tags?: string[];
            /** @description An opaque id. */
            team_id?: string | null;
            /** @description How many hosts; else 1. */
            uses?: number;
        };
        NewEventSource: {
            /** @description From where it may send: addresses or networks. Empty: from anywhere. */
            addresses?: string[];
            /** @enum {string} */
            format: "alertmanager" | "pagerduty" | "json";
            group_ids?: string[];
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name: string;
            notes?: string;
            /** @description An https address. */
            runbook?: string;
            /** @description An event of which nothing is heard for so long ends as stale. */
            stale_after_seconds?: number;
            tags?: string[];
            team_ids?: string[];
            /** @description The key or alertname of an event that must keep coming. Empty: none. */
            watchdog_event?: string;
            watchdog_seconds?: number;
        };
        NewInvitation: {
            /** @description The appliance's limit is the most, and holds where this is absent. */
            days?: number;
            mail: string;
            /** @enum {string} */
            role: "admin" | "operator" | "member" | "viewer";
            team_id?: string;
        };
        NewLeak: {
            circumstances?: string;
            kind: string;
            subject: string;
        };
        NewLoginProvider: {
            allowed_domains?: string[];
            ca_pem?: string;
            client_id: string;
            client_secret?: string;
            counts_as_second_factor?: boolean;
            create_accounts?: boolean;
            enabled?: boolean;
            issuer?: string;
            name: string;
            /** @enum {string} */
            preset: "generic" | "google" | "microsoft" | "gitlab" | "keycloak" | "authentik" | "forgejo" | "github";
            role_claim?: string;
            roles?: {
                /** @enum {string} */
                role: "owner" | "admin" | "operator" | "member" | "viewer";
                /** @description Of the claim; * is any. */
                value: string;
                /** @description An opaque id. */
                workspace_id: string;
            }[];
            second_factor_acr?: string;
        };
        NewMonitor: {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /** @description Accepted statuses. Numbers and ranges, separated by commas. */
                accepted_statuses?: string;
                /**
                 * @description Login.
                 * @enum {string}
                 */
                auth?: "none" | "basic" | "bearer" | "oauth2";
                /** @description Body. Sent with POST, PUT, PATCH and DELETE. Without a Content-Type among the headers it is sent as JSON where it begins with { or [, else as text. */
                body?: string;
                /** @description Certificate authority. The certificates of the authorities, in PEM form. */
                ca?: string;
                /** @description Client certificate. Where the server asks for one: in PEM form, with the intermediate ones behind it. */
                client_certificate?: string;
                /** @description Key of the client certificate. In PEM form, without a password. Write-only. */
                client_key?: string;
                /**
                 * @description Reached by.
                 * @enum {string}
                 */
                family?: "any" | "ipv4" | "ipv6";
                /** @description Follow redirects. At most ten, each judged anew. Off: the redirect itself is the answer whose status counts. */
                follow_redirects?: boolean;
                /** @description Headers. One a line. A header that is a secret (a key, a cookie) belongs to the secret headers. */
                headers?: string;
                /** @description Host header. Where the server is to be asked for another name than that in the address. */
                host_header?: string;
                /**
                 * @description The value there.
                 * @enum {string}
                 */
                json_compare?: "exists" | "equals" | "not_equals" | "contains" | "greater" | "less";
                /** @description JSON path. The place of one value in an answer of JSON (RFC 9535). */
                json_path?: string;
                /** @description Compared with. */
                json_value?: string;
                /** @description Keyword. A text that must be in the answer, as it is written: capitals count. */
                keyword?: string;
                /** @description The keyword must not be in the answer. */
                keyword_absent?: boolean;
                /**
                 * @description Method.
                 * @enum {string}
                 */
                method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
                /** @description Client id. */
                oauth_client_id?: string;
                /** @description Client secret. Write-only. */
                oauth_client_secret?: string;
                /** @description Scope. Several are separated by spaces. */
                oauth_scope?: string;
                /**
                 * Format: uri
                 * @description Token address (URL). Where the OAuth2 token is fetched, by the same rules as the address itself, and kept until it expires. Its certificate is checked by the authorities given below, where they are chosen, else by the system's.
                 */
                oauth_token_url?: string;
                /** @description Password. Write-only. */
                password?: string;
                /** @description Public key (SHA-256). 64 hex digits: of the SubjectPublicKeyInfo of the server's certificate, or of an authority that it sends. */
                pin?: string;
                /** @description Secret headers. One a line. They are stored encrypted and sent to the address's own host alone, never along a redirect to another one. Write-only. */
                secret_headers?: string;
                /**
                 * @description Certificate is checked by.
                 * @enum {string}
                 */
                tls_trust?: "system" | "ca" | "pin" | "none";
                /** @description Token. Of the login by token. Write-only. */
                token?: string;
                /**
                 * Format: uri
                 * @description Address (URL). Without a user name or a password: these have fields of their own.
                 */
                url: string;
                /** @description User name. */
                username?: string;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "http";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /** @description Certificate authority. Where the certificate is checked by authorities of your own: in PEM form. */
                ca?: string;
                /** @description Expect. Without a protocol: a text that must come within the first 4 KiB, with the same escapes. With SSH: the fingerprint that the host key must have, as ssh-keygen -l prints it (SHA256:…). */
                expect?: string;
                /**
                 * @description Reached by.
                 * @enum {string}
                 */
                family?: "any" | "ipv4" | "ipv6";
                /** @description Host. A name or an address. */
                host: string;
                /** @description Public key (SHA-256). Where the certificate is checked by a pin: the SHA-256 of the server's public key, or of the key of an authority that it sends, as 64 hex digits. */
                pin?: string;
                /** @description Port. */
                port: number;
                /**
                 * @description Protocol. What is said and expected. Nobody logs in: a server that asks for a login lives.
                 * @enum {string}
                 */
                preset?: "none" | "smtp" | "imap" | "ssh" | "redis" | "postgresql" | "mysql" | "mqtt";
                /** @description Send. Without a protocol: sent once the connection stands, at most 256 bytes. \r, \n, \t, \\ and \x0a stand for bytes. */
                send?: string;
                /**
                 * @description TLS.
                 * @enum {string}
                 */
                tls?: "none" | "tls" | "starttls";
                /**
                 * @description Certificate is checked by.
                 * @enum {string}
                 */
                tls_trust?: "system" | "ca" | "pin" | "none";
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "tcp";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /**
                 * @description Reached by.
                 * @enum {string}
                 */
                family?: "any" | "ipv4" | "ipv6";
                /** @description Host. A name or an address. */
                host: string;
                /** @description Loss that is borne (%). A smaller loss makes it degraded, a higher one down. */
                loss_max?: number;
                /** @description Packets. */
                packets?: number;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "ping";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /** @description Expected values. One a line, as a zone file has them: "192.0.2.1", "10 mail.example.org". Empty: any answer will do. */
                expected?: string;
                /**
                 * @description Of the expected values.
                 * @enum {string}
                 */
                match?: "any" | "all";
                /** @description Name. What is asked for. For PTR an address will do. */
                name: string;
                /**
                 * @description Record.
                 * @enum {string}
                 */
                record?: "A" | "AAAA" | "CNAME" | "MX" | "TXT" | "NS" | "SRV" | "PTR" | "SOA" | "CAA";
                /** @description Name server. A host, with a port where it is not 53. Empty: those of the appliance. */
                server?: string;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "dns";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /** @description Certificate authority. Where the certificate is checked by authorities of your own: in PEM form. */
                ca?: string;
                /**
                 * @description Reached by.
                 * @enum {string}
                 */
                family?: "any" | "ipv4" | "ipv6";
                /** @description Host. A name or an address. */
                host: string;
                /** @description Public key (SHA-256). Where the certificate is checked by a pin: the SHA-256 of the server's public key, or of the key of an authority that it sends, as 64 hex digits. */
                pin?: string;
                /** @description Port. */
                port?: number;
                /** @description Name in the certificate. Asked for, and held against the certificate. Empty: the host. */
                server_name?: string;
                /**
                 * @description TLS begins.
                 * @enum {string}
                 */
                starttls?: "none" | "smtp" | "imap";
                /**
                 * @description Certificate is checked by.
                 * @enum {string}
                 */
                tls_trust?: "system" | "ca" | "pin" | "none";
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "tls";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields: {
                /**
                 * @description Reached by.
                 * @enum {string}
                 */
                family?: "any" | "ipv4" | "ipv6";
                /** @description Host. A name or an address. */
                host: string;
                /** @description Clocks may differ by (ms). More makes it degraded. */
                offset_max_ms?: number;
                /** @description Port. */
                port?: number;
                /** @description Highest stratum. How far it may be from a clock of its own. More makes it degraded. */
                stratum_max?: number;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "ntp";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields?: {
                /** @description Bytes kept of a body. */
                body_bytes?: number;
                /** @description Words of a failure. Separated by commas. Capitals count. */
                fail_words?: string;
                /** @description Judge by the words of the body. */
                filter_body?: boolean;
                /** @description Without any of the words it is a failure. Otherwise such a ping is ignored. */
                filter_default_fail?: boolean;
                /** @description Grace. Seconds that a ping may be late, and that a run may take at most. */
                grace_seconds?: number;
                /** @description Pings kept. */
                keep?: number;
                /** @description Stay paused until somebody resumes it. Otherwise a ping ends a pause. */
                manual_resume?: boolean;
                /** @description Period. Seconds between two pings, where no schedule is given. */
                period_seconds?: number;
                /** @description Count POST alone. Other requests are recorded and ignored: a chat that previews the address cannot count as a success. */
                post_only?: boolean;
                /** @description Schedule. A cron expression of five parts, or a calendar event of systemd. It counts in place of the period. */
                schedule?: string;
                /** @description Words of a start. Separated by commas. Capitals count. */
                start_words?: string;
                /** @description Words of a success. Separated by commas. Capitals count. */
                success_words?: string;
                /** @description Time zone of the schedule. */
                zone?: string;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "push";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        } | {
            /** @description Fewer days left are degraded; 0: not looked at. */
            certificate_days?: number;
            /** @description I may monitor this host. */
            confirmed_host?: boolean;
            fields?: {
                /** @description What it stands for. People and programs set its state: here, or by POST …/monitors/{id}/state. */
                note?: string;
            };
            groups?: string[];
            /** @description It must not answer. */
            invert?: boolean;
            /** @description For programs, unique in the workspace. */
            key?: string | null;
            /** @constant */
            kind: "manual";
            /** @description A text for each key. */
            labels?: Record<string, never>;
            name?: string;
            notes?: string;
            /** @description Null: that of its groups and tags. Absent: as it is. */
            own?: {
                interval_seconds?: number | null;
                recover_after?: number | null;
                retries?: number | null;
                retry_interval_seconds?: number | null;
                time_limit_ms?: number | null;
            };
            probes?: {
                agents?: string[];
                /** @enum {string} */
                mode: "appliance" | "agents";
                needed?: number;
            };
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            /** @description Slower answers are degraded; 0: no limit. */
            slow_after_ms?: number;
            /** @description Of the kind push: the name in its address. */
            slug?: string;
            tags?: string[];
            teams?: string[];
        };
        NewOpening: {
            minutes: number;
            reason: string;
        };
        NewPasskey: {
            /** @description base64url without padding */
            attestation: string;
            /** @description base64url without padding */
            client_data: string;
            name: string;
        };
        NewPasskeyOptions: {
            challenge: string;
            exclude: string[];
            rp_id: string;
            rp_name: string;
            timeout_seconds: number;
            user_display_name: string;
            user_handle: string;
            user_name: string;
        };
        NewPasswordByLink: {
            /** @description Write-only. */
            password: string;
            /** @description Of the link. */
            token: string;
        };
        NewQuiet: {
            /** @description That so much is meant to be quiet. Asked for by 409 confirm_wide, which says how much. */
            confirm_wide?: boolean;
            duration_seconds?: number;
            /** Format: date-time */
            ends_at?: string | null;
            /** @enum {string} */
            kind: "maintenance" | "mute";
            matchers?: components["schemas"]["QuietMatcher"][];
            name?: string;
            reason?: string;
            /** @enum {string} */
            repeat?: "once" | "weekly" | "monthly" | "cron";
            schedule?: string;
            /** Format: date-time */
            starts_at?: string | null;
            zone?: string;
        };
        NewRecipient: {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /**
                 * Format: email
                 * @description Mail address.
                 */
                address: string;
            };
            /** @constant */
            kind: "mail";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Fields or text. As JSON: lines such as text: {title}. As a form: lines such as text={title}. {title}, {text}, {severity}, {state}, {subject}, {url} and others stand for values; docs/channels.md lists them. */
                body?: string;
                /** @description Content type of the text. Empty: text/plain. In application/json, text/html and forms values are encoded for it. */
                content_type?: string;
                /**
                 * @description Body.
                 * @enum {string}
                 */
                format?: "connlog" | "json" | "form" | "text";
                /** @description More headers. One a line, such as Authorization: Bearer …. They are kept like a secret. Write-only. */
                headers?: string;
                /**
                 * Format: uri
                 * @description Address (URL). Deliveries are signed; the secret is shown once after adding.
                 */
                url: string;
            };
            /** @constant */
            kind: "webhook";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Password. Write-only. */
                password?: string;
                /**
                 * Format: uri
                 * @description Server.
                 */
                server?: string;
                /** @description Access token. Where the topic is protected: a token that may write to it, or a user name and password below. Write-only. */
                token?: string;
                /** @description Topic. On a public server everybody who knows the topic reads it: choose one that nobody guesses. Write-only. */
                topic: string;
                /** @description User name. */
                username?: string;
            };
            /** @constant */
            kind: "ntfy";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /**
                 * Format: uri
                 * @description Server.
                 */
                server: string;
                /** @description Application token. Of an application in Gotify (Apps, Create application). Write-only. */
                token: string;
            };
            /** @constant */
            kind: "gotify";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /**
                 * Format: uri
                 * @description Webhook's address. Of an incoming webhook in Slack, Mattermost or Rocket.Chat. Who knows it can post there. Write-only.
                 */
                url: string;
            };
            /** @constant */
            kind: "slack";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description A button to acknowledge. For people who linked their Telegram account. connlog then reads what is sent to the bot, so no other program may. */
                buttons?: boolean;
                /** @description Chat. The number of the chat (the bot tells it when somebody sends it /id there), or @name of a public channel. */
                chat: string;
                /**
                 * Format: uri
                 * @description Server. Another one only for a Bot API server of your own; buttons do not work there.
                 */
                server?: string;
                /** @description The bot's token. Of a bot that is connlog's alone: make one with @BotFather. Write-only. */
                token: string;
                /** @description Topic. Of a group with topics: the number of one of them. */
                topic?: number;
            };
            /** @constant */
            kind: "telegram";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Thread. The number of a thread or of a post in a forum, where the messages go there. */
                thread?: string;
                /**
                 * Format: uri
                 * @description Webhook's address. From the channel's settings: Integrations, Webhooks. Who knows it can post there. Write-only.
                 */
                url: string;
            };
            /** @constant */
            kind: "discord";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /**
                 * Format: uri
                 * @description Workflow's address. Of a workflow that begins when a Teams webhook request is received, by anyone. Who knows it can post there. Write-only.
                 */
                url: string;
            };
            /** @constant */
            kind: "teams";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Room. Its internal id, from the room's settings (Advanced). The account must be in the room. */
                room: string;
                /**
                 * Format: uri
                 * @description Homeserver.
                 */
                server: string;
                /** @description Access token. Of an account that connlog has for itself. Write-only. */
                token: string;
            };
            /** @constant */
            kind: "matrix";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Device. Empty: all of them. */
                device?: string;
                /** @description Critical alerts ring until somebody acknowledges them. An acknowledgement on the phone acknowledges the incident here. */
                emergency?: boolean;
                /** @description Stop ringing after (seconds). */
                expire_seconds?: number;
                /** @description Ring again every (seconds). */
                retry_seconds?: number;
                /**
                 * Format: uri
                 * @description Server.
                 */
                server?: string;
                /** @description Application's token. Of an application that you register at pushover.net. Write-only. */
                token: string;
                /** @description User or group key. It stands on the first page after the login at pushover.net. Write-only. */
                user: string;
            };
            /** @constant */
            kind: "pushover";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Integration key. Of an integration "Events API V2" of the service there. Write-only. */
                routing_key: string;
                /**
                 * Format: uri
                 * @description Server. In the European region: https://events.eu.pagerduty.com
                 */
                server?: string;
            };
            /** @constant */
            kind: "pagerduty";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Password. Write-only. */
                password?: string;
                /** @description Token. Where it wants one (Authorization: Bearer). Else a user name and a password, or neither. Write-only. */
                token?: string;
                /**
                 * Format: uri
                 * @description Address (URL). Of a program that takes the webhooks of Prometheus' Alertmanager.
                 */
                url: string;
                /** @description User name. */
                username?: string;
            };
            /** @constant */
            kind: "alertmanager";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Authority of its certificate. With TLS. Empty: those that the system trusts. */
                ca?: string;
                /** @description Facility. 16 to 23 are local0 to local7. */
                facility?: number;
                /** @description Server. A name or an address, without a port. */
                host: string;
                /** @description Port. 6514 is usual with TLS, 601 with TCP, 514 with UDP. */
                port?: number;
                /**
                 * @description Over.
                 * @enum {string}
                 */
                transport?: "tls" | "tcp" | "udp";
            };
            /** @constant */
            kind: "syslog";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            fields: {
                /** @description Key of a configuration. Under which the server keeps the addresses. Or give the addresses below. Write-only. */
                key?: string;
                /** @description Password. Write-only. */
                password?: string;
                /**
                 * Format: uri
                 * @description Server.
                 */
                server: string;
                /** @description Tag. Only those of the configuration that have it. Empty: all. */
                tag?: string;
                /** @description Apprise addresses. One a line, such as mailto://… or signal://…; they are sent along with each message. Write-only. */
                urls?: string;
                /** @description User name. Where the server asks for one. */
                username?: string;
            };
            /** @constant */
            kind: "apprise";
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        } | {
            address: string;
            /** @enum {string} */
            channel: "mail" | "webhook" | "ntfy" | "gotify" | "slack" | "telegram" | "discord" | "teams" | "matrix" | "pushover" | "pagerduty" | "alertmanager" | "syslog" | "apprise";
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        };
        NewRule: {
            /** @enum {string} */
            comparison?: "above" | "below";
            cooldown_seconds?: number;
            duration_seconds?: number;
            enabled?: boolean;
            hysteresis?: number;
            /** @enum {string} */
            kind: "silence" | "metric" | "state";
            /** @enum {string} */
            metric?: "uptime_seconds" | "cpu_percent" | "response_ms" | "certificate_days" | "packet_loss_percent" | "clock_offset_ms" | "stratum" | "run_seconds" | "memory_percent" | "disk_percent" | "load_per_core";
            name: string;
            /** @description They stand in every message that has room. */
            notes?: string;
            /**
             * @description About subjects of this kind alone; null: of every kind that the target has.
             * @enum {string|null}
             */
            only_kind?: "agent" | "group" | "monitor" | null;
            /** @description What of a subject: empty (the subject itself), * (each of its parts), or the text of one. */
            part?: string;
            recipient_ids?: string[];
            /** @description A reminder while it is open and nobody acknowledged it: 0 (never), or 300 to 86400. */
            repeat_seconds?: number;
            /** @description The address of a page that says what to do: https. It stands in every message. */
            runbook?: string;
            /** @enum {string} */
            severity?: "info" | "warning" | "critical";
            /**
             * @description With the kind state: the observed state that is meant.
             * @enum {string}
             */
            state?: "degraded" | "down" | "unknown";
            target?: {
                /** @description Its members. An opaque id. */
                group_id?: string;
                /** @enum {string} */
                kind: "all" | "tag" | "label" | "subject" | "group";
                /** @description As env=prod, or env with any value. */
                label?: string;
                /** @description An opaque id. */
                subject_id?: string;
                tag?: string;
            };
            threshold?: number;
            /** @description When it tells; what opens outside waits, and is told when they begin. Null: always. */
            working_hours?: components["schemas"]["WorkingHours"] | null;
        };
        NewSecurityCase: {
            /**
             * Format: date-time
             * @description Absent: now. The deadlines run from here.
             */
            known_at?: string;
            /** @enum {string} */
            origin?: "by_hand" | "leak" | "security_event";
            /** @description Of the leak, or of the trail's entry. */
            origin_id?: string;
            title: string;
        };
        NewSecurityCaseEntry: {
            /**
             * Format: date-time
             * @description When it happened; absent: now.
             */
            at?: string;
            /** @enum {string} */
            kind: "note" | "measure" | "decision" | "told" | "step" | "early_warning" | "tell_authority";
            text: string;
        };
        NewSubject: {
            /** @description Of a group: how many members, or how many percent of them, must be up. */
            amount?: number;
            /** @description The groups of which it is a member. */
            group_ids?: string[];
            /** @enum {string} */
            health?: "all" | "at_least" | "share" | "any";
            /** @description For programs; unique in the workspace. Small letters, digits, dot, hyphen, underscore. */
            key?: string | null;
            /** @enum {string} */
            kind: "group";
            /** @description Texts by name: at most 32, names of 63 characters, texts of 200. */
            labels?: Record<string, never>;
            /** @description Of a group. */
            member_ids?: string[];
            name: string;
            notes?: string;
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            tags?: string[];
            /** @description Their people see it. */
            team_ids?: string[];
        };
        NewUser: {
            appliance_administrator?: boolean;
            mail: string;
            name: string;
            /** @description Mail the link to them, too. */
            send?: boolean;
        };
        NewWorkspace: {
            name: string;
        };
        Notification: {
            /** @description The other side's last answer, also where it took the message. Empty: there was none. */
            answer: string;
            attempts: number;
            /** @description The kind of its channel. */
            channel: string;
            /** Format: date-time */
            created_at: string;
            /** @description What is told, in one line; of a recovery, what is over. */
            headline: string;
            /** @description An opaque id. */
            id: string;
            /** @description The incident of which it tells. Null: of none, or of several. */
            incident_id: string | null;
            /** @description Of how many incidents it tells. */
            incidents: number;
            /** @enum {string} */
            kind: "incident_opened" | "incident_resolved" | "test" | "summary" | "group" | "reminder" | "digest" | "weekly" | "flapping" | "code" | "quiet";
            last_error: string;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @description An opaque id. */
            recipient_id: string;
            /** Format: date-time */
            sent_at: string | null;
            /** @description What people see in place of the address. */
            shown: string;
            /** @enum {string} */
            state: "queued" | "sent" | "failed";
            /** @description What it is about. Null: nothing in particular. */
            subject_id: string | null;
            /** @description As it was then. */
            subject_name: string;
        };
        NotificationList: {
            items: components["schemas"]["Notification"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        NotVouched: {
            items: {
                id: string;
                /** @enum {string} */
                kind: "administrator" | "person" | "member" | "invitation" | "session" | "api_key" | "enrolment_key" | "agent" | "totp" | "passkey" | "recovery_codes" | "login_link";
            }[];
        };
        Opening: {
            administrator: string;
            /** Format: date-time */
            ended_at: string | null;
            ended_by: string;
            /** Format: date-time */
            expires_at: string;
            /** @description An opaque id. */
            id: string;
            open: boolean;
            /** Format: date-time */
            opened_at: string;
            places?: {
                /** Format: date-time */
                last_at: string;
                place: string;
                reads: number;
            }[];
            /** @description Requests that were answered. */
            reads: number;
            reason: string;
        };
        OpeningList: {
            items: components["schemas"]["Opening"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        OpenInvitation: {
            /** Format: date-time */
            expires_at: string;
            inviter_name: string;
            mail: string;
            /** @enum {string} */
            role: "owner" | "admin" | "operator" | "member" | "viewer";
            workspace_name: string;
        };
        Overview: {
            attention: {
                /** @description An opaque id. */
                incident_id: string | null;
                /** @enum {string} */
                kind: "agent" | "group" | "appliance" | "monitor" | "source";
                name: string;
                /** Format: date-time */
                since: string | null;
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
                /** @description An opaque id. */
                subject_id: string;
                summary: string;
            }[];
            counts: components["schemas"]["ShownCounts"];
            failed_notifications: components["schemas"]["Notification"][];
            /** @description The most urgent first. */
            fleet: {
                /** @description An opaque id. */
                id: string;
                /** @enum {string} */
                kind: "agent" | "group" | "appliance" | "monitor" | "source";
                name: string;
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            }[];
            /** @description How many of the fleet are not in the list. */
            fleet_left_out: number;
            /** @description The most urgent first. */
            groups: {
                detail: string;
                /** @description An opaque id. */
                id: string;
                name: string;
                /** Format: date-time */
                since: string | null;
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            }[];
            incidents: components["schemas"]["Incident"][];
            /** @description What is quiet now; null: nothing. */
            quiet: components["schemas"]["QuietNow"] | null;
            /** @description Set while nothing can be stored: why states are unknown. */
            storage: {
                cause: string;
                /** Format: date-time */
                since: string;
            } | null;
            /** @description Rules that nobody tried by a drill for 90 days. */
            untested_rules: {
                /** @description An opaque id. */
                id: string;
                /** Format: date-time */
                last_tested_at: string | null;
                name: string;
            }[];
        };
        OwnershipChange: {
            /** @description False: from owner to admin. True when it is not said. */
            owner?: boolean;
            /** @description I become an admin in the same act. */
            step_down?: boolean;
            /** @description An opaque id. */
            user_id: string;
        };
        OwnLegalState: {
            accepted: {
                address: string;
                /** Format: date-time */
                at: string;
                name: string;
                title: string;
                version: string;
            }[];
            pending: string[];
        };
        OwnRecipient: {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at: string | null;
            /** @description An opaque id. */
            id: string;
            kind: string;
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from: string | null;
            quiet_to: string | null;
            /** @description What people see in place of the address. */
            shown: string;
            /** @description The weekly letter. */
            weekly: boolean;
            workspace: {
                id: string;
                name: string;
                slug: string;
            };
            /** @description The reader's time zone. */
            zone: string;
        };
        OwnRecipientList: {
            items: components["schemas"]["OwnRecipient"][];
            /** @description There is one page. */
            next: null;
        };
        OwnSession: {
            address: string;
            /** Format: date-time */
            created_at: string;
            /** @description The one that asks. */
            current: boolean;
            /** @description As the browser describes itself: a hint, not a proof. */
            device: string;
            /** Format: date-time */
            expires_at: string;
            /** @description An opaque id. */
            id: string;
            /** Format: date-time */
            last_seen_at: string;
        };
        Parents: {
            /** @description That so much is meant to depend on one. Asked for by 409 confirm_wide; not in answers. */
            confirm_wide?: boolean;
            /** @description The subjects on which it depends: while one is down, and that was told, openings of this one are held. */
            parents: string[];
        };
        Passkey: {
            /** @description Synchronised between its owner's devices. */
            backed_up: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description An opaque id. */
            id: string;
            /** Format: date-time */
            last_used_at: string | null;
            name: string;
        };
        PasskeyAdded: {
            passkey: components["schemas"]["Passkey"];
            /** @description Shown this once. Empty: the earlier ones stay. */
            recovery_codes: string[];
        };
        PasskeyAnswer: {
            /** @description base64url without padding */
            authenticator_data: string;
            /** @description base64url without padding */
            client_data: string;
            /** @description base64url without padding */
            credential_id: string;
            /** @description base64url without padding */
            signature: string;
            /** @description base64url without padding */
            user_handle?: string;
        };
        PasskeyChange: {
            name: string;
        };
        PasskeyLoginOptions: {
            /** @description Null: the public address is not a name under https, so there are none. */
            passkey: components["schemas"]["PasskeyRequest"] | null;
        };
        PasskeyRequest: {
            challenge: string;
            /** @description Ids of the passkeys that would do. */
            credentials: string[];
            rp_id: string;
            timeout_seconds: number;
            /** @enum {string} */
            user_verification: "required" | "preferred";
        };
        PasswordChange: {
            /** @description Write-only. */
            current: string;
            /** @description Write-only. */
            password: string;
        };
        PasswordReset: {
            mail: string;
        };
        PastedText: {
            text: string;
        };
        PingAddress: {
            gatus_url: string;
            ping_url: string;
            push_url: string;
            shown_lines: {
                client: string;
                text: string;
            }[];
            slug: string;
            token: string;
            uuid: string;
        };
        PingList: {
            items: {
                address: string;
                /** Format: date-time */
                at: string;
                body_bytes: number;
                duration_seconds: number | null;
                exit_status: number | null;
                /** @description Earlier pings never came from there. */
                from_new_address: boolean;
                /** @enum {string} */
                kind: "success" | "start" | "fail" | "log" | "ign";
                method: string;
                n: number;
                rid: string | null;
                scheme: string;
                user_agent: string;
            }[];
            /** @description Pass it as `before`. Null: this was the last. */
            next: number | null;
        };
        ProbeList: {
            items: {
                /** @description An opaque id. */
                id: string;
                kinds: string[];
                name: string;
                networks: string[];
                ports: number[];
                rate: number;
                /** Format: date-time */
                seen_at: string;
            }[];
        };
        ProbeOrder: {
            ask_again_seconds: number;
            /** @description The whole assignment, where it differs. */
            checks?: Record<string, never>[];
            ok: boolean;
            version: number;
        };
        ProbeReport: {
            /** @description What the host allows: kinds, networks, ports, rate. */
            offer: Record<string, never>;
            results: Record<string, never>[];
            /** @description Of the assignment that the agent has; 0: none. */
            version: number;
        };
        Problem: {
            /** @description Stable; for programs. */
            code: string;
            /** @description For people. */
            detail: string;
            field?: string;
            retry_after?: number;
            status: number;
            title: string;
            type: string;
        };
        PutBack: {
            /** @enum {string} */
            kind: "rule" | "recipient" | "group" | "agent" | "monitor" | "source";
            /** @description What did not come back or is still to be done, a sentence each. */
            left_out: string[];
            name: string;
            /** @description Its id, the same as before. */
            object_id: string;
        };
        Queued: {
            queued: number;
        };
        Quiet: {
            /** @description Of kind host: which host asked for it. */
            by_host: {
                /** @description An opaque id. */
                id: string;
                name: string;
            } | null;
            by_name: string;
            /** Format: date-time */
            created_at: string;
            /** @description Of each window that repeats; 0 with once. */
            duration_seconds: number;
            /** Format: date-time */
            ended_early_at: string | null;
            /** Format: date-time */
            ends_at: string | null;
            /** @description An opaque id. */
            id: string;
            /** @description It covers more than half, or everything critical. */
            is_wide: boolean;
            /** @enum {string} */
            kind: "maintenance" | "mute" | "snooze" | "host";
            /** @description Any of them. */
            matchers: components["schemas"]["QuietMatcher"][];
            /** @description How many subjects it covers. */
            matches: number;
            name: string;
            /** @description The first that begins after now. */
            next: components["schemas"]["QuietWindow"] | null;
            reason: string;
            /** @enum {string} */
            repeat: "once" | "weekly" | "monthly" | "cron";
            /** @description The window that runs now. */
            running: components["schemas"]["QuietWindow"] | null;
            /** @description weekly: mon,thu 22:00; monthly: 1,15 03:00 or last-sun 02:00; cron: five parts. Empty with once. */
            schedule: string;
            /** Format: date-time */
            starts_at: string;
            version: number;
            /** @description A time zone's name: Europe/Berlin. */
            zone: string;
        };
        QuietCalendar: {
            /** @description False: there are more windows than one answer holds. */
            complete: boolean;
            items: {
                /** Format: date-time */
                from: string;
                /** @enum {string} */
                kind: "maintenance" | "mute" | "snooze" | "host";
                name: string;
                /** @description An opaque id. */
                quiet_id: string;
                /** Format: date-time */
                to: string;
            }[];
        };
        QuietChange: {
            /** @description That so much is meant to be quiet. Asked for by 409 confirm_wide, which says how much. */
            confirm_wide?: boolean;
            duration_seconds?: number;
            /** Format: date-time */
            ends_at?: string | null;
            matchers?: components["schemas"]["QuietMatcher"][];
            name?: string;
            reason?: string;
            /** @enum {string} */
            repeat?: "once" | "weekly" | "monthly" | "cron";
            schedule?: string;
            /** Format: date-time */
            starts_at?: string | null;
            zone?: string;
        };
        QuietEnd: {
            /** @description Of what repeats, only the window that runs: it goes on with the next one, under another id. */
            only_window?: boolean;
        };
        QuietList: {
            items: components["schemas"]["Quiet"][];
            now: components["schemas"]["QuietNow"] | null;
        };
        /** @description All that is set must hold. Nothing set: everything. */
        QuietMatcher: {
            /** @description Its members, those of groups in it too. An opaque id. */
            group_id?: string | null;
            /** @description key=value, or key. */
            label?: string | null;
            /** @description An opaque id. */
            rule_id?: string | null;
            severity?: ("info" | "warning" | "critical") | null;
            /** @description An opaque id. */
            subject_id?: string | null;
            tag?: string | null;
        };
        /** @description What is quiet now of what the reader sees. */
        QuietNow: {
            by: {
                by_name: string;
                /** @description An opaque id. */
                id: string;
                name: string;
                /** Format: date-time */
                until: string;
            }[];
            /** @description Incidents that are held for what their subjects depend on. Of the first thousand that are held. */
            held_for_parents: number;
            quiet: number;
            subjects: number;
        };
        QuietPreview: {
            is_wide: boolean;
            matches: number;
            subjects: number;
            windows: components["schemas"]["QuietWindow"][];
        };
        QuietWindow: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        ReaderHours: {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        };
        Readings: {
            at: string[];
            /** Format: date-time */
            from: string;
            /** @description Its maintenances in the stretch. It was measured in them too. */
            maintenances: components["schemas"]["QuietWindow"][];
            /** @description By the word of each metric that is drawn: one number for each of `at`, or null for a gap. */
            series: Record<string, never>;
            step_seconds: number;
            /** Format: date-time */
            to: string;
        };
        Recipient: {
            /** @enum {string} */
            consent: "unconfirmed" | "confirmed" | "unsubscribed";
            /** Format: date-time */
            consent_asked_at: string | null;
            /** Format: date-time */
            consent_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at: string | null;
            enabled: boolean;
            /** @description What the kind asks for, but for secrets. */
            fields: Record<string, never>;
            /** @description An opaque id. */
            id: string;
            /** @description One of GET /api/v1/channels, or one that only a later version knows. */
            kind: string;
            /** @description False: this version does not know the kind and sends nothing there. */
            known: boolean;
            last_test_answer: string;
            /** Format: date-time */
            last_tested_at: string | null;
            name: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from: string | null;
            quiet_to: string | null;
            receives_by_default: boolean;
            /** @description The names of the secrets that are set. Their values are never shown. */
            secrets_set: string[];
            /** @description What people see in place of the address. */
            shown: string;
            version: number;
            /** @description The weekly letter. */
            weekly: boolean;
            /** @description The reader's time zone. */
            zone: string;
        };
        RecipientChange: {
            /** @description Info and warning wait for this time of the day. Null: no digest. */
            digest_at?: string | null;
            enabled?: boolean;
            /** @description As in NewRecipient. What is left out stays, null clears; when an address changes, secrets are asked for anew. */
            fields?: Record<string, never>;
            /** @description Cannot be changed: the kind that the recipient has. */
            kind?: string;
            name?: string;
            /** @description Quiet hours, such as 22:00: what is less than critical waits. Null: none. */
            quiet_from?: string | null;
            quiet_to?: string | null;
            receives_by_default?: boolean;
            /** @description The weekly letter. */
            weekly?: boolean;
            /** @description The reader's time zone. */
            zone?: string;
        };
        RecipientList: {
            items: components["schemas"]["Recipient"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        RecipientWithSecret: {
            recipient: components["schemas"]["Recipient"];
            /** @description The secret that connlog made (a webhook's signing secret), shown this once. */
            secret: string | null;
        };
        Recovery: {
            /**
             * Format: date-time
             * @description What came later is not here.
             */
            backup_at: string | null;
            /** @description Empty while it is off. */
            backup_id: string;
            former_instance: string;
            /** @description Where the restore ran. */
            host: string;
            is_on: boolean;
            /** @description What lets somebody in, newest first; empty while it is off. */
            items: {
                /** Format: date-time */
                at: string | null;
                detail: string;
                id: string;
                /** @enum {string} */
                kind: "administrator" | "person" | "member" | "invitation" | "session" | "api_key" | "enrolment_key" | "agent" | "totp" | "passkey" | "recovery_codes" | "login_link";
                /** Format: date-time */
                last_used_at: string | null;
                name: string;
                /** @description Its name; empty: of a person. */
                workspace: string;
            }[];
            /**
             * Format: date-time
             * @description The restore.
             */
            since: string | null;
        };
        RecoveryCodes: {
            /** @description Shown this once. Empty: the earlier ones stay. */
            recovery_codes: string[];
        };
        RecoveryEnd: {
            /** @description The former machine is off. Must be true. */
            former_is_off: boolean;
        };
        RecoveryKeyConfirmed: {
            /** @description Of the recovery key that is in force now. */
            fingerprint: string;
        };
        RecoveryKeyMade: {
            /** @description The two words, counted from 1, that confirm it. */
            ask: number[];
            /** @description Of the recovery key. */
            fingerprint: string;
            /** @description The appliance's id. */
            instance: string;
            /** @description Fingerprint of the key with which backups are signed. */
            signer: string;
            /** @description Ten words, joined by hyphens. Shown once. */
            words: string;
        };
        RecoveryWords: {
            /** @description Two, in the order of `ask`. */
            words: string[];
        };
        Registration: {
            mail: string;
            name: string;
        };
        RegistrationState: {
            mail_works: boolean;
            open: boolean;
        };
        Removed: {
            /**
             * Format: date-time
             * @description When it goes for good.
             */
            goes_at: string;
            /** @description An opaque id. */
            id: string;
            /** @enum {string} */
            kind: "rule" | "recipient" | "group" | "agent" | "monitor" | "source";
            name: string;
            /** @description The id that it had, and has again once it is put back. */
            object_id: string;
            /** Format: date-time */
            removed_at: string;
            removed_by: string;
        };
        RemovedList: {
            items: components["schemas"]["Removed"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        ReportedLeak: {
            leak: components["schemas"]["WholeLeak"];
            /** @description The new secret, shown once. */
            secret: string | null;
            /** @description The secret is a place on this appliance. */
            secret_is_link: boolean;
            secret_label: string;
        };
        ReviewNote: {
            note?: string;
        };
        Revoked: {
            revoked: number;
        };
        RotatedKeys: {
            command: string;
            /** @enum {string} */
            form: "file" | "passphrase" | "credential";
            generation: number;
            renewed: number;
            rotating: boolean;
            unreadable: number;
        };
        Rule: {
            /** @enum {string} */
            comparison: "above" | "below";
            cooldown_seconds: number;
            /** Format: date-time */
            created_at: string;
            duration_seconds: number;
            enabled: boolean;
            hysteresis: number;
            /** @description An opaque id. */
            id: string;
            /** @enum {string} */
            kind: "silence" | "metric" | "state" | "event";
            /**
             * Format: date-time
             * @description Its last drill. Null: there was none.
             */
            last_tested_at: string | null;
            /** @enum {string} */
            metric: "uptime_seconds" | "cpu_percent" | "response_ms" | "certificate_days" | "packet_loss_percent" | "clock_offset_ms" | "stratum" | "run_seconds" | "memory_percent" | "disk_percent" | "load_per_core";
            name: string;
            notes: string;
            /**
             * @description About subjects of this kind alone; null: of every kind that the target has.
             * @enum {string|null}
             */
            only_kind: "agent" | "group" | "monitor" | null;
            /** @description Empty: the subject itself; *: each of its parts. */
            part: string;
            recipient_ids: string[];
            /** @description How often it reminds. 0: never. */
            repeat_seconds: number;
            runbook: string;
            sentence: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown";
            target: {
                /** @description Its members. An opaque id. */
                group_id?: string;
                /** @enum {string} */
                kind: "all" | "tag" | "label" | "subject" | "group";
                /** @description As env=prod, or env with any value. */
                label?: string;
                /** @description An opaque id. */
                subject_id?: string;
                tag?: string;
            };
            threshold: number;
            version: number;
            /** @description When it tells; what opens outside waits, and is told when they begin. Null: always. */
            working_hours: components["schemas"]["WorkingHours"] | null;
        };
        RuleChange: {
            /** @enum {string} */
            comparison?: "above" | "below";
            cooldown_seconds?: number;
            duration_seconds?: number;
            enabled?: boolean;
            hysteresis?: number;
            /** @enum {string} */
            kind?: "silence" | "metric" | "state";
            /** @enum {string} */
            metric?: "uptime_seconds" | "cpu_percent" | "response_ms" | "certificate_days" | "packet_loss_percent" | "clock_offset_ms" | "stratum" | "run_seconds" | "memory_percent" | "disk_percent" | "load_per_core";
            name?: string;
            /** @description They stand in every message that has room. */
            notes?: string;
            /**
             * @description About subjects of this kind alone; null: of every kind that the target has.
             * @enum {string|null}
             */
            only_kind?: "agent" | "group" | "monitor" | null;
            /** @description What of a subject: empty (the subject itself), * (each of its parts), or the text of one. */
            part?: string;
            recipient_ids?: string[];
            /** @description A reminder while it is open and nobody acknowledged it: 0 (never), or 300 to 86400. */
            repeat_seconds?: number;
            /** @description The address of a page that says what to do: https. It stands in every message. */
            runbook?: string;
            /** @enum {string} */
            severity?: "info" | "warning" | "critical";
            /**
             * @description With the kind state: the observed state that is meant.
             * @enum {string}
             */
            state?: "degraded" | "down" | "unknown";
            target?: {
                /** @description Its members. An opaque id. */
                group_id?: string;
                /** @enum {string} */
                kind: "all" | "tag" | "label" | "subject" | "group";
                /** @description As env=prod, or env with any value. */
                label?: string;
                /** @description An opaque id. */
                subject_id?: string;
                tag?: string;
            };
            threshold?: number;
            /** @description When it tells; what opens outside waits, and is told when they begin. Null: always. */
            working_hours?: components["schemas"]["WorkingHours"] | null;
        };
        RuleList: {
            items: components["schemas"]["Rule"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        RulePreview: {
            /** @description False: too many readings; incidents_30_days counts only part of the subjects. */
            complete: boolean;
            incidents_30_days: number;
            matching_now: number;
            sentence: string;
            targeted_subjects: number;
        };
        RuleTelling: {
            items: {
                reason: string;
                recipient: {
                    channel: string;
                    /** @description An opaque id. */
                    id: string;
                    name: string;
                    shown: string;
                };
                text: string;
                /** Format: date-time */
                until: string | null;
                /** @enum {string} */
                verdict: "pass" | "hold" | "drop";
            }[];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        SecondFactorAsked: {
            second_factor: {
                methods: ("password" | "totp" | "recovery" | "passkey" | "provider")[];
                passkey: components["schemas"]["PasskeyRequest"] | null;
                /** @description For the second step; five minutes. */
                ticket: string;
            };
        };
        SecondFactorPolicy: {
            /**
             * Format: date-time
             * @description Until then people without one are reminded, not refused.
             */
            grace_until: string | null;
            /** @description Names, at most a hundred. */
            members_without: string[];
            required: boolean;
            /** Format: date-time */
            required_since: string | null;
        };
        SecondFactorPolicyChange: {
            grace_days?: number;
            required: boolean;
        };
        SecondFactorProof: {
            /** @description With totp and recovery. */
            code?: string;
            /** @enum {string} */
            method: "totp" | "recovery" | "passkey";
            passkey?: components["schemas"]["PasskeyAnswer"];
            ticket: string;
        };
        SecurityCase: {
            /** Format: date-time */
            closed_at: string | null;
            closed_by: string;
            deadlines: {
                /** Format: date-time */
                done_at: string | null;
                /** Format: date-time */
                due_at: string;
                hours: number;
                /** @enum {string} */
                state: "running" | "near" | "overdue" | "kept" | "late" | "not_applicable" | "closed";
            }[];
            /** @description An opaque id. */
            id: string;
            /** Format: date-time */
            known_at: string;
            /** Format: date-time */
            opened_at: string;
            opened_by: string;
            /** @enum {string} */
            origin: "by_hand" | "leak" | "security_event";
            origin_id: string;
            steps_open: number;
            title: string;
            version: number;
        };
        SecurityCaseChange: {
            affected_data?: string;
            affected_people?: string;
            affected_workspaces?: string;
            /** Format: date-time */
            known_at?: string;
            title?: string;
        };
        SecurityCaseConclusion: {
            conclusion: string;
        };
        SecurityCaseList: {
            items: components["schemas"]["SecurityCase"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        SecurityCaseStepChange: {
            done: boolean;
            note?: string;
        };
        SecurityPolicy: {
            acknowledgments: string;
            /** @description mailto:, https: or tel: addresses, best first. */
            contacts: string[];
            encryption: string;
            languages: string;
            /** @description The administrator's own; empty: connlog's default. */
            policy: string;
        };
        SecurityPolicyChange: {
            acknowledgments?: string;
            /** @description mailto:, https: or tel: addresses, best first. */
            contacts?: string[];
            encryption?: string;
            languages?: string;
            policy?: string;
        };
        SentInvitation: {
            invitation: components["schemas"]["Invitation"];
            /** @description Shown this once, to be handed over. */
            link: string;
        };
        SessionList: {
            items: components["schemas"]["OwnSession"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        Setup: {
            mail: string;
            name: string;
            /** @description Private networks that the first workspace's checks and webhooks may reach. None: public addresses alone. */
            networks?: string[];
            /** @description Write-only. */
            password: string;
            token: string;
            workspace_name: string;
        };
        SetupState: {
            needs_setup: boolean;
            /** @description While it needs set-up: the private networks of this machine, as a proposal. */
            networks?: string[];
        };
        ShownCounts: {
            degraded: number;
            down: number;
            paused: number;
            pending: number;
            unknown: number;
            up: number;
        };
        Snooze: {
            /** @description From now; absent: an hour; 0 ends it. */
            minutes?: number;
            /**
             * Format: date-time
             * @description The end, in place of minutes.
             */
            until?: string;
        };
        StateChange: {
            /** Format: date-time */
            at: string | null;
            detail: string;
            /** @enum {string} */
            reason: "added" | "heard" | "silent" | "source" | "members" | "paused" | "disabled" | "resumed" | "carried" | "late" | "missing" | "unchecked";
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown";
        };
        StepUpAnswer: {
            fresh_seconds: number;
        };
        StepUpOptions: {
            methods: ("password" | "totp" | "recovery" | "passkey" | "provider")[];
            passkey: components["schemas"]["PasskeyRequest"] | null;
            providers: {
                /** @description An opaque id. */
                id: string;
                name: string;
            }[];
        };
        StepUpProof: {
            code?: string;
            /** @enum {string} */
            method: "password" | "totp" | "recovery" | "passkey";
            passkey?: components["schemas"]["PasskeyAnswer"];
            password?: string;
        };
        StorageChange: {
            /** @description Days by name of the limit; only those that change. */
            limits?: Record<string, never>;
        };
        StoragePreview: {
            /** @description About. */
            frees_bytes: number;
            /** @description One for each limit that would keep less than now. */
            items: {
                bytes: number;
                name: string;
                rows: number;
            }[];
            /** @description About how many rows would be deleted. */
            rows: number;
            /** @description The same for people. */
            text: string;
        };
        Subject: {
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            first_seen_at: string | null;
            group: components["schemas"]["SubjectGroup"] | null;
            /** @description The groups of which it is a member. */
            group_ids: string[];
            /** @description An opaque id. */
            id: string;
            /** @description For programs; unique in the workspace. */
            key: string | null;
            /** @enum {string} */
            kind: "agent" | "group" | "appliance" | "monitor" | "source";
            /** @description Texts by name. */
            labels: Record<string, never>;
            /** Format: date-time */
            last_seen_at: string | null;
            latest: components["schemas"]["Latest"] | null;
            /** @description A maintenance of it runs. In lists, and where one is shown. */
            maintenance?: boolean;
            name: string;
            notes: string;
            /** @description The state that follows from observations alone, and why and since when it holds. */
            observed: {
                detail: string;
                /** @enum {string} */
                reason: "added" | "heard" | "silent" | "source" | "members" | "paused" | "disabled" | "resumed" | "carried" | "late" | "missing" | "unchecked";
                /** Format: date-time */
                since: string | null;
                /** @enum {string} */
                state: "pending" | "up" | "degraded" | "down" | "unknown";
            };
            open_incidents: number;
            /** Format: date-time */
            paused_at: string | null;
            runbook: string;
            /** @enum {string} */
            state: "pending" | "up" | "degraded" | "down" | "unknown" | "paused";
            tags: string[];
            team_ids: string[];
            version: number;
        };
        /** @description Where nothing has the key yet, kind and name are required. */
        SubjectByKey: {
            /** @description Of a group: how many members, or how many percent of them, must be up. */
            amount?: number;
            /** @description The groups of which it is a member. */
            group_ids?: string[];
            /** @enum {string} */
            health?: "all" | "at_least" | "share" | "any";
            /** @description It stands in the address. */
            key?: string | null;
            /** @enum {string} */
            kind?: "agent" | "group" | "appliance" | "monitor" | "source";
            /** @description Texts by name: at most 32, names of 63 characters, texts of 200. */
            labels?: Record<string, never>;
            /** @description Of a group. */
            member_ids?: string[];
            name?: string;
            notes?: string;
            paused?: boolean;
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            tags?: string[];
            /** @description Their people see it. */
            team_ids?: string[];
        };
        SubjectChange: {
            /** @description Of a group: how many members, or how many percent of them, must be up. */
            amount?: number;
            /** @description The groups of which it is a member. */
            group_ids?: string[];
            /** @enum {string} */
            health?: "all" | "at_least" | "share" | "any";
            /** @description For programs; unique. Small letters, digits, dot, hyphen, underscore. Null: none. */
            key?: string | null;
            /** @description Texts by name: at most 32, names of 63 characters, texts of 200. */
            labels?: Record<string, never>;
            /** @description Of a group. */
            member_ids?: string[];
            name?: string;
            notes?: string;
            paused?: boolean;
            /** @description The address of a page that says what to do: https. Empty: none. */
            runbook?: string;
            tags?: string[];
            /** @description Their people see it. */
            team_ids?: string[];
        };
        /** @description What a group has beside. */
        SubjectGroup: {
            amount: number;
            /** @description Its members by observed state, those too that the reader does not see. */
            counts: {
                degraded: number;
                down: number;
                pending: number;
                unknown: number;
                up: number;
            };
            /** @enum {string} */
            health: "all" | "at_least" | "share" | "any";
            /** @description Those that the reader sees. Left out in lists. */
            member_ids?: string[];
        };
        SubjectKind: {
            /** @description The rules that it can have. */
            conditions: ("silence" | "metric" | "state" | "event")[];
            icon: string;
            /** @description It stands in the fleet: a rule about all means it too. */
            in_all: boolean;
            /** @description POST of a subject makes one. */
            made_by_api: boolean;
            /** @description Words of the catalogue of metrics. */
            metrics: string[];
            noun: string;
            plural: string;
            /** @description It is expected to report, so it can fall silent. */
            reports: boolean;
            /** @enum {string} */
            word: "agent" | "group" | "appliance" | "monitor" | "source";
        };
        SubjectKindList: {
            items: components["schemas"]["SubjectKind"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        SubjectList: {
            /** @description By shown state, of all that the query means but for `state`. On the first page only. */
            counts: components["schemas"]["ShownCounts"] | null;
            items: components["schemas"]["Subject"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        SubjectRecord: {
            /** @description Oldest first; the first one may be from before the stretch. */
            changes: components["schemas"]["StateChange"][];
            /** @description False: more than 1000 changes; only the newest are listed. */
            complete: boolean;
            /** @description Its maintenances in the stretch. They count neither way in the uptime, unless the workspace has it so. */
            maintenances: components["schemas"]["QuietWindow"][];
            /** @description In percent, until now. Null: no moment counts. */
            uptime: {
                day: number | null;
                month: number | null;
                week: number | null;
            };
        };
        SyslogSettings: {
            /** @description Rows that wait. */
            backlog: number;
            ca_pem: string;
            enabled: boolean;
            host: string;
            last_error: string;
            /** Format: date-time */
            last_error_at: string | null;
            /** Format: date-time */
            last_sent_at: string | null;
            port: number;
            /** @enum {string} */
            state: "off" | "connecting" | "connected" | "waiting";
            tls: boolean;
            trails: ("workspace" | "security" | "appliance")[];
        };
        SyslogSettingsChange: {
            ca_pem?: string;
            enabled: boolean;
            host: string;
            port: number;
            tls: boolean;
            trails: ("workspace" | "security" | "appliance")[];
        };
        Team: {
            /** Format: date-time */
            created_at: string;
            /** @description An opaque id. */
            id: string;
            members: components["schemas"]["TeamMember"][];
            name: string;
            subjects: number;
            version: number;
        };
        TeamList: {
            items: components["schemas"]["Team"][];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        TeamMember: {
            may_edit: boolean;
            /** Format: date-time */
            since: string;
            /** @description An opaque id. */
            user_id: string;
        };
        TeamMembership: {
            /** @description An operator then edits the team's subjects and rules. */
            may_edit?: boolean;
        };
        TellingSettings: {
            /** @description When an acknowledgement ends by itself. */
            acknowledge_hours: number;
            /** @description How often a collected message goes out after that. */
            group_every_seconds: number;
            /** @description After the first message to a recipient: how long what follows is collected. 0, and 0 below: nothing is. */
            group_wait_seconds: number;
            /** @description For how long within 24 hours a host may ask for quiet; 0: not at all. */
            host_quiet_minutes: number;
            /** @description Whether the time of maintenances counts in uptime. */
            maintenance_counts: boolean;
            version: number;
        };
        TellingSettingsChange: {
            acknowledge_hours?: number;
            group_every_seconds?: number;
            group_wait_seconds?: number;
            host_quiet_minutes?: number;
            maintenance_counts?: boolean;
        };
        TellingStageList: {
            items: {
                /** @enum {string} */
                name: "paused" | "maintenance" | "dependency" | "superseded" | "mute" | "flapping" | "hours" | "recipients" | "digest" | "grouping" | "repeat";
                /** @description It judges a recipient of the incident. */
                per_recipient: boolean;
                /** @description What it does. */
                sentence: string;
                title: string;
            }[];
            /** @description The cursor of the next page: pass it as `after`. Null: this was the last. */
            next: string | null;
        };
        TestAnswer: {
            /** @description The other side's own words. */
            answer: string;
            ok: boolean;
        };
        TotpConfirmation: {
            code: string;
        };
        TotpOffer: {
            /** @description base32 */
            secret: string;
            /** @description For a QR code. */
            url: string;
        };
        TrailCheck: {
            /** @description A head kept outside: of a mail or a syslog line. */
            head?: string;
        };
        TrailEntry: {
            act: string;
            /** @description An opaque id. */
            actor_id: string | null;
            /** @enum {string} */
            actor_kind: "user" | "agent" | "system" | "command_line" | "api_key";
            actor_name: string;
            address: string;
            /** Format: date-time */
            at: string;
            details: string;
            /** @description The number in its trail; "first-…" in the log before there were three. */
            id: string;
            /** @description The act in words: "added an agent". */
            sentence: string;
            sequence: number;
            subject: string;
            /** @enum {string} */
            trail: "workspace" | "security" | "appliance";
            /** @description Whom it concerns. */
            user_id: string | null;
            /** @description An opaque id. */
            workspace_id: string | null;
        };
        TrailPage: {
            /** @description False: only one's own. */
            all: boolean;
            items: components["schemas"]["TrailEntry"][];
            /** @description Pass it as `after`. A page may be short, or empty, and still have a next one: the search goes on there. */
            next: string | null;
        };
        TrailReport: {
            /** Format: date-time */
            anchored_at: string | null;
            findings: {
                /** @enum {string} */
                kind: "changed" | "missing" | "cut" | "rewritten" | "checkpoint" | "anchor_missing" | "anchor_not_ours";
                sentence: string;
                sequence: number;
                trail: string;
            }[];
            head: string;
            rows: number;
            sound: boolean;
            /** @description What retention deleted from the beginning of a trail. */
            taken: {
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                oldest_kept_at: string | null;
                rows: number;
                sentence: string;
                /** @enum {string} */
                trail: "first" | "workspace" | "security" | "appliance";
            }[];
        };
        TriedMonitor: {
            certificate_days?: number;
            fields?: Record<string, never>;
            invert?: boolean;
            kind: string;
            /** @description Its stored secrets stand for those that are not given. */
            monitor_id?: string;
            slow_after_ms?: number;
        };
        TypedCode: {
            /** @description Six digits. */
            code: string;
        };
        Unacknowledgement: {
            comment?: string;
        };
        User: {
            appliance_administrator: boolean;
            /** @description An opaque id. */
            id: string;
            mail: string;
            name: string;
        };
        UserChange: {
            appliance_administrator?: boolean;
            enabled?: boolean;
            name?: string;
        };
        UserWithLink: {
            /** @description Shown this once. */
            link: string;
            user: components["schemas"]["ListedUser"];
        };
        WholeLeak: {
            /** Format: date-time */
            at: string;
            by: string;
            circumstances: string;
            /** Format: date-time */
            closed_at: string | null;
            closed_by: string;
            /** @description An opaque id. */
            id: string;
            kind: string;
            steps: components["schemas"]["LeakStep"][];
            /** @description Steps of the checklist that people must still do. */
            steps_open: number;
            subject_name: string;
            /** @description What leaked, in words. */
            title: string;
            version: number;
        };
        WholeSecurityCase: components["schemas"]["SecurityCase"] & {
            affected_data: string;
            affected_people: string;
            affected_workspaces: string;
            conclusion: string;
            entries: {
                /** Format: date-time */
                at: string;
                by: string;
                /** Format: date-time */
                done_at: string | null;
                done_by: string;
                done_note: string;
                /** @description Of the checklist; else of the timeline. */
                is_step: boolean;
                /** @enum {string} */
                kind: "note" | "measure" | "decision" | "told" | "step" | "early_warning" | "tell_authority";
                position: number;
                text: string;
            }[];
        };
        WorkingHours: {
            days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
            /** @description As 08:00. */
            from: string;
            /** @description As 18:00; 24:00 is the end of the day. Before `from`: on the next day. */
            to: string;
            /** @description A time zone, as Europe/Berlin. */
            zone: string;
        };
        Workspace: {
            /** @description Null: nobody asked to delete it. */
            deletion: {
                /** Format: date-time */
                due_at: string;
                /** Format: date-time */
                requested_at: string;
                requested_by: string;
            } | null;
            enabled: boolean;
            /** @description An opaque id. */
            id: string;
            /** @enum {string} */
            machine_policy: "warn" | "refuse";
            name: string;
            /** @description The reader is no member, but such an administrator. */
            opened_by_me: boolean;
            /** @description Administrators of the appliance who look in now. */
            openings: {
                administrator: string;
                /** Format: date-time */
                expires_at: string;
                /** @description An opaque id. */
                id: string;
                reason: string;
            }[];
            /**
             * Format: date-time
             * @description For those who review who has access.
             */
            review_due_at: string | null;
            /**
             * @description The reader's own.
             * @enum {string}
             */
            role: "owner" | "admin" | "operator" | "member" | "viewer";
            /** @description Not null: the workspace requires a second factor and the reader has none; from `until` on everything in it is refused. */
            second_factor: {
                refused: boolean;
                /** Format: date-time */
                until: string;
            } | null;
            /** @description False: the reader sees the agents of their own teams only. */
            sees_all: boolean;
            slug: string;
            /** @description A team of the reader's lets them edit what belongs to it. */
            team_grant: boolean;
            /** @description People below admin see the agents of their own teams only. */
            team_scoped: boolean;
            version: number;
        };
        WorkspaceAdministration: {
            enabled?: boolean;
            /** @description The mail address of who becomes the owner. */
            owner?: string;
        };
        WorkspaceChange: {
            /** @enum {string} */
            machine_policy?: "warn" | "refuse";
            name?: string;
            /** @description Small letters, digits and hyphens; part of every address. */
            slug?: string;
            team_scoped?: boolean;
        };
        WorkspaceNetworks: {
            /** @description Private and loopback networks that checks and webhooks of the workspace may reach; public addresses need none. */
            networks: string[];
        };
        WorkspaceState: {
            enabled: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    securityTxt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whom to tell about a weakness (RFC 9116) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agentConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What an agent is to do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentConfig"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    agentEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where an agent sends its readings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentEndpoint"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    enrolAgent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentEnrolment"];
            };
        };
        responses: {
            /** @description A host makes an agent of itself, with an enrolment key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledAnswer"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    agentHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description One reading of an agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeartbeatAnswer"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    agentMaintenance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HostMaintenance"];
            };
        };
        responses: {
            /** @description A host asks for quiet about itself, or ends that */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HostMaintenanceAnswer"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    probeExchange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProbeReport"];
            };
        };
        responses: {
            /** @description What an agent found as a probe, and what it is to check */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeOrder"];
                };
            };
            /** @description The token is unknown. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent was removed for good. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The agent is disabled. */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our own trouble. Never a verdict about the agent. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    showAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete my account */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description My name, and what I am told by mail */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My own API keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addOwnApiKey: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description A key of mine; its token is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWithToken"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeOwnApiKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a key of mine */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that is kept about me */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My second factors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ten new recovery codes, shown once; the old ones end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    offerTotp: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begin with an authenticator application; its secret is shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpOffer"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTotp: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove the authenticator application */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpConfirmation"];
            };
        };
        responses: {
            /** @description Show that it has the secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnLeakKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What can leak */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakKindList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planOwnLeak: {
        parameters: {
            query?: {
                kind?: string;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What answering it will do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakPlan"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnLeakSubjects: {
        parameters: {
            query?: {
                kind?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is of a kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakSubjectList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnLeaks: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leaks of one's own secrets, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportOwnLeak: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLeak"];
            };
        };
        responses: {
            /** @description Answer a leak: rotate or revoke, end what depends on it, tell who must know */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportedLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showOwnLeak: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One leak with its checklist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnLeak: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakChange"];
            };
        };
        responses: {
            /** @description Close it, or open it again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportOwnLeak: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The leak for the file: JSON or Markdown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickOwnLeakStep: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                n: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakStepChange"];
            };
        };
        responses: {
            /** @description Tick a step of the checklist, with a note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ownLegalState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What I agreed to, and what waits for it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnLegalState"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLogins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My accounts at providers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkLogin: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginStart"];
            };
        };
        responses: {
            /** @description Link an account at a provider to mine */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAway"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkLogin: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlink it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askMailChange: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailChange"];
            };
        };
        responses: {
            /** @description Another address; both must agree by a link */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelMailChange: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take the change of address back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askMailVerification: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a link that confirms my address */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Register a passkey */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyAdded"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a passkey */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyChange"];
            };
        };
        responses: {
            /** @description Rename a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    newPasskeyOptions: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begin to register a passkey */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewPasskeyOptions"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description A new password; every other session ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mySecurityEvents: {
        parameters: {
            query?: {
                after?: string;
                from?: string;
                limit?: number;
                text?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened around my own account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailPage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where I am logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: {
                which?: string;
            };
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End every session but this one, or (which=all) every one */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a session of mine */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerAckLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AckAnswer"];
            };
        };
        responses: {
            /** @description Acknowledge with the number of the mail; a wrong one ends the link */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AckDone"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookAtAckLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AckToken"];
            };
        };
        responses: {
            /** @description What the link of a mail acknowledges, and the three numbers to choose from */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AckView"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appliance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What runs here */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appliance"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyTrails: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrailCheck"];
            };
        };
        responses: {
            /** @description Compute every chain anew and compare it with the anchor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailReport"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeBackupBucket: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupBucketChange"];
            };
        };
        responses: {
            /** @description Set the bucket to which backups are copied */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupBucket"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBackupBucket: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forget the bucket and its keys; what lies there stays */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testBackupBucket: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupBucketChange"];
            };
        };
        responses: {
            /** @description Try a bucket: put a small object, read it, try to delete it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupBucketTest"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setBackupPassphrase: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupPassphrase"];
            };
        };
        responses: {
            /** @description Set a passphrase that opens backups from now on; over https or loopback only */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBackupPassphrase: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Seal new backups to no passphrase any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeBackupSchedule: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupSchedule"];
            };
        };
        responses: {
            /** @description Set when backups are made by themselves, and how many are kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSchedule"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBackups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Backups and all that belongs to them: schedule, destinations, keys, progress, findings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeBackup: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBackup"];
            };
        };
        responses: {
            /** @description Make a backup now */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showBackup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBackup: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a backup from every destination */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drillBackup: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restore a backup beside, compare it, and remove it again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fetchBackup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file of a backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyBackup: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Read a backup to its end, with the key that the appliance keeps */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Backup"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showDeadMan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether somebody is told when this appliance fails, and the last call */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadMan"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeDeadMan: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeadManChange"];
            };
        };
        responses: {
            /** @description Set the address that is called every minute; it is write-only */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadMan"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testDeadMan: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Call the address once and wait for the answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadManTest"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    applianceHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the appliance found about its own parts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplianceHealth"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inspectAppliance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is unsafe or about to fail, why, and how to mend it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inspection"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the master key comes from, and its generation */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKeys: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new master key; every stored secret sealed anew */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedKeys"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApplianceLeakKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What can leak */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakKindList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planApplianceLeak: {
        parameters: {
            query?: {
                kind?: string;
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What answering it will do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakPlan"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApplianceLeakSubjects: {
        parameters: {
            query?: {
                kind?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is of a kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakSubjectList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApplianceLeaks: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leaks of people's secrets, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportApplianceLeak: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLeak"];
            };
        };
        responses: {
            /** @description Answer a leak: rotate or revoke, end what depends on it, tell who must know */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportedLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showApplianceLeak: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One leak with its checklist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeApplianceLeak: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakChange"];
            };
        };
        responses: {
            /** @description Close it, or open it again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportApplianceLeak: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The leak for the file: JSON or Markdown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickApplianceLeakStep: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                n: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakStepChange"];
            };
        };
        responses: {
            /** @description Tick a step of the checklist, with a note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAcceptances: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who agreed to which version, when, from where */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptanceList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLetters: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Mails of the appliance itself: what was sent, waits or failed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is limited, and how */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeLimits: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LimitsChange"];
            };
        };
        responses: {
            /** @description Set limits, or go back to the standard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mailSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How mail leaves the appliance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMailSettings: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailSettingsChange"];
            };
        };
        responses: {
            /** @description Set how mail leaves the appliance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testMail: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailTest"];
            };
        };
        responses: {
            /** @description Send a test mail and wait for the real answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestAnswer"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLoginProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Login providers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginProviderList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addLoginProvider: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLoginProvider"];
            };
        };
        responses: {
            /** @description Add a login provider */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginProvider"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeLoginProvider: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove it, with everybody's logins there */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeLoginProvider: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginProviderChange"];
            };
        };
        responses: {
            /** @description Change a login provider */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginProvider"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testLoginProvider: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ask the provider whether it would work */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginProviderTest"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the appliance is in recovery, and what a restore brought back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeRecoveryKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Make a recovery key: its words are in this answer and nowhere else; over https or loopback only */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryKeyMade"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmRecoveryKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryWords"];
            };
        };
        responses: {
            /** @description Confirm the recovery key that was made last, by two of its words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryKeyConfirmed"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endRecovery: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoveryEnd"];
            };
        };
        responses: {
            /** @description End the recovery: people are told again */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeNotVouched: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotVouched"];
            };
        };
        responses: {
            /** @description Revoke what nobody vouches for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSecurityCases: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The register of security incidents, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityCaseList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openSecurityCase: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecurityCase"];
            };
        };
        responses: {
            /** @description Open a case, with the checklist */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecurityCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One case with its timeline and checklist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSecurityCase: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityCaseChange"];
            };
        };
        responses: {
            /** @description Change the title, since when it is known, or who and what is affected */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeSecurityCase: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityCaseConclusion"];
            };
        };
        responses: {
            /** @description Close it with a conclusion */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSecurityCaseEntry: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSecurityCaseEntry"];
            };
        };
        responses: {
            /** @description Write into the timeline, or add a step */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickSecurityCaseStep: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                n: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityCaseStepChange"];
            };
        };
        responses: {
            /** @description Tick a step of the checklist, with a note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reopenSecurityCase: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open a closed case again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeSecurityCase"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportSecurityCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report for the file, in Markdown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSecurityPolicy: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityPolicyChange"];
            };
        };
        responses: {
            /** @description Set whom to tell about a weakness */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityPolicy"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What uses the disk, and how long what is kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplianceStorage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeStorage: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StorageChange"];
            };
        };
        responses: {
            /** @description Set times of retention; a shorter one waits for 24 hours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplianceStorage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undoStorageChange: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take a shorter time that waits back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplianceStorage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewStorage: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StorageChange"];
            };
        };
        responses: {
            /** @description What other times of retention would free; changes nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoragePreview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syslogSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the trails are forwarded to, and how it goes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyslogSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSyslogSettings: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyslogSettingsChange"];
            };
        };
        responses: {
            /** @description Set where the trails are forwarded to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyslogSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    applianceTrail: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                after?: string;
                from?: string;
                limit?: number;
                text?: string;
                to?: string;
                trail?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The appliance's administration, or the security events that belong to no workspace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailPage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportApplianceTrail: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                format?: string;
                from?: string;
                text?: string;
                to?: string;
                trail?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The appliance's trail as a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everybody with an account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedUserList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addUser: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Somebody new; the link for their password is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserWithLink"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an account */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Rename, disable, make an administrator */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedUser"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSessionsOfUser: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Log somebody out everywhere */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeResetLink: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description A link for a new password, shown once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserWithLink"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetSecondFactor: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For who lost the second factor */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllWorkspaces: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every workspace and its size */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedWorkspaceList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    administerWorkspace: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceAdministration"];
            };
        };
        responses: {
            /** @description Enable, disable, give an owner to who has none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedWorkspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showWorkspaceNetworks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which private networks the workspace's checks and webhooks may reach */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceNetworks"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeWorkspaceNetworks: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceNetworks"];
            };
        };
        responses: {
            /** @description Set the private networks that the workspace may reach */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceNetworks"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openWorkspace: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOpening"];
            };
        };
        responses: {
            /** @description Look into a foreign workspace, with a reason and for a time */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opening"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeWorkspace: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End the look */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChannels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds of channels by which recipients are told, and what each asks for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCheckKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds of checks, and what each asks for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckKindList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Live events over all my workspaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationToken"];
            };
        };
        responses: {
            /** @description Join, as the person who is logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerByInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitedPerson"];
            };
        };
        responses: {
            /** @description Make an account for the invited address, and join */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationToken"];
            };
        };
        responses: {
            /** @description What a link invites to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenInvitation"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLegalTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The appliance's legal texts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalTextList"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showLegalText: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One text, as blocks of words */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalText"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptLegalText: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LegalAcceptance"];
            };
        };
        responses: {
            /** @description Agree to the version that was shown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalPending"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Open a session, or be asked for the second factor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description Mail address or password is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    passkeyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyAnswer"];
            };
        };
        responses: {
            /** @description A login by a passkey alone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    passkeyLoginOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begin a login by a passkey alone */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyLoginOptions"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    loginProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where one may log in with */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginButtonList"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startProviderLogin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Go to the provider's login page */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    providerCallback: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                iss?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Come back from the provider */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginAgreement"];
            };
        };
        responses: {
            /** @description Agree by the account's password, and enter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginEntered"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmLoginByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginLink"];
            };
        };
        responses: {
            /** @description Agree by that link */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginLinked"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mailLoginConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginTicket"];
            };
        };
        responses: {
            /** @description Send a link to the account's address */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showLoginConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginTicket"];
            };
        };
        responses: {
            /** @description Which account must agree */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginConfirmation"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    secondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorProof"];
            };
        };
        responses: {
            /** @description The second step of a login */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    secondFactorOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginTicket"];
            };
        };
        responses: {
            /** @description What proves it, for a login that waits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorAsked"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End the session */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who I am and where I belong */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChatAccounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My accounts at services in whose chats I may acknowledge */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatAccountList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkChatAccount: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A code to send to a bot of connlog's, which links the account there to mine */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatLinkCode"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkChatAccount: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                service: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlink my account there */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOwnRecipients: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recipients that I read, in all workspaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnRecipientList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnRecipientHours: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReaderHours"];
            };
        };
        responses: {
            /** @description When I am told of what is less than critical */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnRecipient"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What can be measured: words, units, ranges, charts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Ask for a link; the answer is the same for every address */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completePasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasswordByLink"];
            };
        };
        responses: {
            /** @description Choose a new password with the link's token */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registrationState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether strangers may make an account, and whether mail works */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationState"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Ask for an account; the answer is the same for every address */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasswordByLink"];
            };
        };
        responses: {
            /** @description Choose a password with the link's token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecurityPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whom to tell about a weakness, and by which rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityPolicy"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setupState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the appliance waits for its first owner */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupState"];
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Setup"];
            };
        };
        responses: {
            /** @description Claim the appliance with the set-up link's token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepUpState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether my confirmation is still fresh */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepUp: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepUpProof"];
            };
        };
        responses: {
            /** @description Prove afresh that it is me */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepUpAnswer"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepUpOptions: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What proves that it is me */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepUpOptions"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proveByLogin: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginStart"];
            };
        };
        responses: {
            /** @description Prove by a provider's login that it is still me */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAway"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubjectKinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds of what is watched: nouns, icons, what a rule can be about */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectKindList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerMailLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MailLinkAnswer"];
            };
        };
        responses: {
            /** @description Agree or refuse with the link's token */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailLinkOutcome"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addWorkspace: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWorkspace"];
            };
        };
        responses: {
            /** @description Make a workspace */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace, its settings, and where I stand in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeWorkspace: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceChange"];
            };
        };
        responses: {
            /** @description Name, address, machine policy, scope of sight */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showAccessReview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who has what, since when, last used */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishAccessReview: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewNote"];
            };
        };
        responses: {
            /** @description I looked it through */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessReview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                after?: string;
                group?: string;
                label?: string;
                limit?: number;
                q?: string;
                sort?: string;
                state?: string;
                tag?: string;
                team?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Agents, by name or as sorted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addAgent: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgent"];
            };
        };
        responses: {
            /** @description Add an agent; its token is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentWithToken"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeAgent: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove it for good */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAgent: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChange"];
            };
        };
        responses: {
            /** @description Rename, tag, label, pause, set, disable */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideMachine: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MachineDecision"];
            };
        };
        responses: {
            /** @description Approve or reject the machine that knocks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMachineEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The history of its machine binding */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MachineEventList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    agentReadings: {
        parameters: {
            query?: {
                from?: string;
                points?: number;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its readings as series, gaps as null */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateAgentToken: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new token; the old one ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentWithToken"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace's API keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addApiKey: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description A key of the workspace; its token is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWithToken"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a key */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                after?: string;
                from?: string;
                limit?: number;
                text?: string;
                to?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who did what in the workspace; their own acts to those who may not see all */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailPage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                format?: string;
                from?: string;
                text?: string;
                to?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The audit log as a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOpenings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who of the appliance's administrators looked in, why, and at what */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpeningList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOpening: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End an administrator's look at once */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showCheckDefaults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What groups and tags set for their monitors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckDefaults"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCheckDefaults: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckDefaultsChange"];
            };
        };
        responses: {
            /** @description Set it anew, in place of all that was set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckDefaults"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestWorkspaceDeletion: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeletionRequest"];
            };
        };
        responses: {
            /** @description Ask for its deletion, which comes after a waiting time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelWorkspaceDeletion: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Call the deletion off */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDependencies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What depends on what */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DependencyList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEnrolmentKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys with which hosts make agents of themselves, and who came by them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentKeyList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addEnrolmentKey: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEnrolmentKey"];
            };
        };
        responses: {
            /** @description A key for hosts; it is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolmentKeyWithToken"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeEnrolmentKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a key; agents that came by it stay */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventSources: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Systems whose events become incidents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSourceList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addEventSource: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEventSource"];
            };
        };
        responses: {
            /** @description Add one; its key is in this answer and nowhere else */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSourceWithKey"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showEventSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSource"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeEventSource: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove it; it can be put back for a while */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeEventSource: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventSourceChange"];
            };
        };
        responses: {
            /** @description Change, pause, tag */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSource"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewEventKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new key; the old one ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSourceWithKey"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryEventSource: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open an event for five minutes that shows who is told */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventSourceTried"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportWorkspace: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything in it but secrets: one JSON document, or a ZIP of NDJSON, CSV and schemas */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "application/zip": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGroups: {
        parameters: {
            query?: {
                after?: string;
                group?: string[];
                kind?: string[];
                label?: string[];
                limit?: number;
                q?: string;
                sort?: string;
                state?: string[];
                tag?: string[];
                team?: string[];
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Groups alone: subjects of this kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addGroup: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Name"];
            };
        };
        responses: {
            /** @description Add a group: its kind need not be named */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeGroup: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a group that no rule names */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIncidents: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                rule?: string;
                state?: string;
                subject?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Incidents, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showIncident: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One incident with its timeline */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeIncident: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acknowledgement"];
            };
        };
        responses: {
            /** @description I look after it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    commentIncident: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Comment"];
            };
        };
        responses: {
            /** @description Say something in the timeline */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentEvent"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endDrill: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End a drill */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    snoozeIncident: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Snooze"];
            };
        };
        responses: {
            /** @description Tell nobody of it for a while; 0 minutes: end that */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quiet"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showIncidentTelling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why it was told, or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentTelling"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unacknowledgeIncident: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Unacknowledgement"];
            };
        };
        responses: {
            /** @description I no longer look after it: reminders begin again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open invitations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Invite somebody; the link is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentInvitation"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeInvitation: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoke an invitation */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendInvitation: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new link; the earlier ones end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentInvitation"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLeakKinds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What can leak */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakKindList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planLeak: {
        parameters: {
            query?: {
                kind?: string;
                subject?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What answering it will do */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakPlan"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLeakSubjects: {
        parameters: {
            query?: {
                kind?: string;
                q?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is of a kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakSubjectList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLeaks: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leaks of a workspace's secrets, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportLeak: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLeak"];
            };
        };
        responses: {
            /** @description Answer a leak: rotate or revoke, end what depends on it, tell who must know */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportedLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showLeak: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One leak with its checklist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeLeak: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakChange"];
            };
        };
        responses: {
            /** @description Close it, or open it again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportLeak: {
        parameters: {
            query?: {
                format?: string;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The leak for the file: JSON or Markdown */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tickLeakStep: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                n: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakStepChange"];
            };
        };
        responses: {
            /** @description Tick a step of the checklist, with a note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WholeLeak"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveWorkspace: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leave the workspace */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is here, as what */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                user: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take somebody out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMember: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                user: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            /** @description Another role */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMonitors: {
        parameters: {
            query?: {
                after?: string;
                group?: string;
                kind?: string;
                label?: string;
                limit?: number;
                q?: string;
                sort?: string;
                state?: string;
                tag?: string;
                team?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Monitors, the most urgent first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addMonitor: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMonitor"];
            };
        };
        responses: {
            /** @description Add a monitor; 409 confirm_host asks whether you may monitor a foreign host */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showMonitor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One monitor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeMonitor: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove it; it can be put back for a while */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMonitor: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonitorChange"];
            };
        };
        responses: {
            /** @description Change, pause, tag, group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMonitorAnswers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What its target answered when it turned down, masked, for 30 days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorAnswers"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkMonitor: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Check it now; the result is shown and not stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckMade"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cloneMonitor: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Name"];
            };
        };
        responses: {
            /** @description The same once more, under another name */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showPingAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The addresses by which a job pings, and lines to copy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PingAddress"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewPingAddress: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description New addresses; the old ones end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PingAddress"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPings: {
        parameters: {
            query?: {
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its pings, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PingList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showPingBody: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                n: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a ping brought along, masked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    monitorReadings: {
        parameters: {
            query?: {
                from?: string;
                points?: number;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its readings as series, gaps as null */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setMonitorState: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonitorState"];
            };
        };
        responses: {
            /** @description The state of a monitor that is set by hand */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Monitor"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMonitorStates: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes of its state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorStates"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeMonitors: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonitorsChange"];
            };
        };
        responses: {
            /** @description Change several monitors alike */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorsChanged"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importMonitors: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MonitorImport"];
            };
        };
        responses: {
            /** @description Add monitors from a list: one address a line, or CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorsImported"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proposeMonitors: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PastedText"];
            };
        };
        responses: {
            /** @description What pasted addresses could be checked as */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MonitorProposals"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryMonitor: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriedMonitor"];
            };
        };
        responses: {
            /** @description Make a check once that is not saved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckMade"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                recipient?: string;
                state?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was said and what waits */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryNotification: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Try a failed one once more, or send one anew that was sent; the answer is what is on its way now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What needs attention */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnership: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnershipChange"];
            };
        };
        responses: {
            /** @description Make a member an owner, or an owner an admin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProbes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Agents whose hosts let them check, and what each allows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQuiet: {
        parameters: {
            query?: {
                past?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Maintenances, mutes and snoozes that are not over, and what is quiet now; past=1: those that are over too */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuietList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addQuiet: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewQuiet"];
            };
        };
        responses: {
            /** @description Plan a maintenance, or mute; what is wide is asked once more (409 confirm_wide) */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quiet"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showQuiet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One maintenance, mute or snooze */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quiet"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeQuiet: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuietChange"];
            };
        };
        responses: {
            /** @description Change one; of what has begun its name, reason and end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quiet"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endQuiet: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuietEnd"];
            };
        };
        responses: {
            /** @description End it now; only_window: what repeats goes on with its next window */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quiet"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quietCalendar: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The windows of a stretch, of everything that repeats or not */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuietCalendar"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewQuiet: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewQuiet"];
            };
        };
        responses: {
            /** @description How many subjects it would cover, and when */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuietPreview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRecipients: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Recipients */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipientList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addRecipient: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecipient"];
            };
        };
        responses: {
            /** @description Add a recipient; a secret that connlog makes (a webhook's) is shown once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecipientWithSecret"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRecipient: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a recipient */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeRecipient: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecipientChange"];
            };
        };
        responses: {
            /** @description Change a recipient */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendRecipientCode: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a code to a chat that is not confirmed, and wait for the real answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestAnswer"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmRecipientCode: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TypedCode"];
            };
        };
        responses: {
            /** @description Confirm a chat by the code that was sent there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askRecipientAgain: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send the letter that asks for a yes once more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testRecipient: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a test and wait for the real answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestAnswer"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRemoved: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was removed and can be put back, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    eraseRemoved: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove it for good, with its secrets */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putBackRemoved: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Put it back as it was */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PutBack"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRules: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alert rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addRule: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRule"];
            };
        };
        responses: {
            /** @description Add a rule */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRule: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a rule; its incidents resolve */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeRule: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleChange"];
            };
        };
        responses: {
            /** @description Change a rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drillRule: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open an incident that is marked as a drill, and walk the whole way of its messages */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showRuleTelling: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whom the rule would tell now, and how */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleTelling"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testRule: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a test to whom it would tell */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queued"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewRule: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleChange"];
            };
        };
        responses: {
            /** @description What a rule would match and would have opened */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePreview"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecondFactorPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the workspace requires a second factor */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorPolicy"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSecondFactorPolicy: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorPolicyChange"];
            };
        };
        responses: {
            /** @description Require a second factor, or no longer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorPolicy"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSecurityEvents: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                after?: string;
                from?: string;
                limit?: number;
                text?: string;
                to?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Security events of the workspace; those about themselves to those who may not see all */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailPage"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportSecurityEvents: {
        parameters: {
            query?: {
                act?: string;
                actor?: string;
                format?: string;
                from?: string;
                text?: string;
                to?: string;
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The security events as a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setWorkspaceEnabled: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceState"];
            };
        };
        responses: {
            /** @description Disable the workspace, or enable it again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubjects: {
        parameters: {
            query?: {
                after?: string;
                group?: string[];
                kind?: string[];
                label?: string[];
                limit?: number;
                q?: string;
                sort?: string;
                state?: string[];
                tag?: string[];
                team?: string[];
            };
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Subjects: agents, groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSubject: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubject"];
            };
        };
        responses: {
            /** @description Add a group */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSubject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One subject */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSubject: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a group that no rule names */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSubject: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectChange"];
            };
        };
        responses: {
            /** @description Rename, tag, label, group, pause */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showParents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On which other subjects it depends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Parents"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putParents: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Parents"];
            };
        };
        responses: {
            /** @description Say on which others it depends: while one is down, its own openings are held */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Parents"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSubjectRecord: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes of its state, and how much of the time it was up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubjectRecord"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSubjectByKey: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                key: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectByKey"];
            };
        };
        responses: {
            /** @description Change the subject with this key; make a group with it where there is none (201) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subject"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Teams of people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addTeam: {
        parameters: {
            query?: never;
            header: {
                "Idempotency-Key"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Name"];
            };
        };
        responses: {
            /** @description Add a team */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeam: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a team to which no subject belongs */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeTeam: {
        parameters: {
            query?: never;
            header: {
                "If-Match"?: string;
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Name"];
            };
        };
        responses: {
            /** @description Rename a team */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody else changed it first. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTeamMember: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                user: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamMembership"];
            };
        };
        responses: {
            /** @description Put somebody into a team, with or without leave to edit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamMember"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTeamMember: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                id: string;
                user: string;
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take somebody out of a team */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showTellingSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How messages are grouped, how long an acknowledgement lasts, what hosts may ask for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TellingSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTellingSettings: {
        parameters: {
            query?: never;
            header: {
                "X-CSRF-Token": string;
            };
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TellingSettingsChange"];
            };
        };
        responses: {
            /** @description Change that */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TellingSettings"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A field is wrong; `field` names it. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTellingStages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                w: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stages between an incident and a message, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TellingStageList"];
                };
            };
            /** @description Nobody is logged in. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The role does not allow it, or the CSRF token is wrong. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                target: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The executable for a target */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the process answers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    installScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The script that makes a host an agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/x-shellscript": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures for Prometheus; on this machine or for administrators */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showMailPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the link of a mail asks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actOnMailPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Confirm, refuse or unsubscribe (RFC 8058: one click) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not exist, or not for you. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether it can do its work */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The request cannot be understood. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
