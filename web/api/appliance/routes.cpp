// Routes of the appliance as a whole: what runs, how mail leaves it, whether it works, and the API itself.
#include "web/api/rows.h"
#include "web/api/appliance/handlers.h"
#include "web/api/openapi.h"

namespace connlog::web::appliance {
namespace {

using namespace rows;

constexpr Route kRoutes[] = {
    // The installation as a whole
    get("appliance", "/api/v1/appliance", administrator, appliance, "What runs here", answers("Appliance")),
    get("applianceHealth", "/api/v1/appliance/health", administrator, health,
        "What the appliance found about its own parts", answers("ApplianceHealth")),
    get("mailSettings", "/api/v1/appliance/mail", administrator, mail_settings, "How mail leaves the appliance",
        answers("MailSettings")),
    put("changeMailSettings", "/api/v1/appliance/mail", administrator, change_mail_settings,
        "Set how mail leaves the appliance", takes("MailSettingsChange"), answers("MailSettings")),
    post("testMail", "/api/v1/appliance/mail/test", administrator, test_mail,
         "Send a test mail and wait for the real answer", takes("MailTest"), answers("TestAnswer")),

    // After a restore
    get("recovery", "/api/v1/appliance/recovery", administrator, recovery,
        "Whether the appliance is in recovery, and what a restore brought back", answers("Recovery")),
    post("revokeNotVouched", "/api/v1/appliance/recovery/revoke", administrator, revoke_not_vouched,
         "Revoke what nobody vouches for", takes("NotVouched"), answers("Revoked")),
    post("endRecovery", "/api/v1/appliance/recovery/end", administrator, end_recovery,
         "End the recovery: people are told again", takes("RecoveryEnd"), answers(204)),

    // Backups
    get("listBackups", "/api/v1/appliance/backups", administrator, list_backups,
        "Backups and all that belongs to them: schedule, destinations, keys, progress, findings", answers("BackupList")),
    post("makeBackup", "/api/v1/appliance/backups", administrator, make_backup, "Make a backup now", takes("NewBackup"),
         answers("Backup", 202)),
    get("showBackup", "/api/v1/appliance/backups/{id}", administrator, show_backup, "One backup", answers("Backup")),
    del("removeBackup", "/api/v1/appliance/backups/{id}", administrator, remove_backup,
        "Remove a backup from every destination", answers(204)),
    post("verifyBackup", "/api/v1/appliance/backups/{id}/verify", administrator, verify_backup,
         "Read a backup to its end, with the key that the appliance keeps", answers("Backup", 202)),
    post("drillBackup", "/api/v1/appliance/backups/{id}/drill", administrator, drill_backup,
         "Restore a backup beside, compare it, and remove it again", answers("Backup", 202)),
    get("fetchBackup", "/api/v1/appliance/backups/{id}/file", administrator.fresh(), fetch_backup,
        "The file of a backup", answers("application/octet-stream")),
    put("changeBackupSchedule", "/api/v1/appliance/backup-schedule", administrator, change_backup_schedule,
        "Set when backups are made by themselves, and how many are kept", takes("BackupSchedule"),
        answers("BackupSchedule")),

    // The keys that open backups
    post("makeRecoveryKey", "/api/v1/appliance/recovery-key", administrator, make_recovery_key,
         "Make a recovery key: its words are in this answer and nowhere else; over https or loopback only",
         answers("RecoveryKeyMade")),
    post("confirmRecoveryKey", "/api/v1/appliance/recovery-key/confirm", administrator, confirm_recovery_key,
         "Confirm the recovery key that was made last, by two of its words", takes("RecoveryWords"),
         answers("RecoveryKeyConfirmed")),
    put("setBackupPassphrase", "/api/v1/appliance/backup-passphrase", administrator, set_backup_passphrase,
        "Set a passphrase that opens backups from now on; over https or loopback only", takes("BackupPassphrase"),
        answers(204)),
    del("removeBackupPassphrase", "/api/v1/appliance/backup-passphrase", administrator, remove_backup_passphrase,
        "Seal new backups to no passphrase any more", answers(204)),

    // The bucket to which backups are copied; GET …/backups shows it
    put("changeBackupBucket", "/api/v1/appliance/backup-bucket", administrator, change_backup_bucket,
        "Set the bucket to which backups are copied", takes("BackupBucketChange"), answers("BackupBucket")),
    del("removeBackupBucket", "/api/v1/appliance/backup-bucket", administrator, remove_backup_bucket,
        "Forget the bucket and its keys; what lies there stays", answers(204)),
    post("testBackupBucket", "/api/v1/appliance/backup-bucket/test", administrator, test_backup_bucket,
         "Try a bucket: put a small object, read it, try to delete it", takes("BackupBucketChange"),
         answers("BackupBucketTest")),

    // Who watches this appliance
    get("showDeadMan", "/api/v1/appliance/dead-man", administrator, show_dead_man,
        "Whether somebody is told when this appliance fails, and the last call", answers("DeadMan")),
    put("changeDeadMan", "/api/v1/appliance/dead-man", administrator, change_dead_man,
        "Set the address that is called every minute; it is write-only", takes("DeadManChange"), answers("DeadMan")),
    post("testDeadMan", "/api/v1/appliance/dead-man/test", administrator, test_dead_man,
         "Call the address once and wait for the answer", answers("DeadManTest")),

    // What uses the disk, and how long things are kept
    get("showStorage", "/api/v1/appliance/storage", administrator, show_storage,
        "What uses the disk, and how long what is kept", answers("ApplianceStorage")),
    post("previewStorage", "/api/v1/appliance/storage/preview", administrator, preview_storage,
         "What other times of retention would free; changes nothing", takes("StorageChange"),
         answers("StoragePreview")),
    put("changeStorage", "/api/v1/appliance/storage", administrator, change_storage,
        "Set times of retention; a shorter one waits for 24 hours", takes("StorageChange"),
        answers("ApplianceStorage")),
    del("undoStorageChange", "/api/v1/appliance/storage/changes/{name}", administrator, undo_storage_change,
        "Take a shorter time that waits back", answers("ApplianceStorage")),

    // The production check, and the register of security incidents
    get("inspectAppliance", "/api/v1/appliance/inspection", administrator, inspection,
        "What is unsafe or about to fail, why, and how to mend it", answers("Inspection")),
    get("listSecurityCases", "/api/v1/appliance/security-cases", administrator, list_security_cases,
        "The register of security incidents, newest first", asks("limit after"), answers("SecurityCaseList")),
    post("openSecurityCase", "/api/v1/appliance/security-cases", administrator, open_security_case,
         "Open a case, with the checklist", takes("NewSecurityCase"), answers("WholeSecurityCase", 201)),
    get("showSecurityCase", "/api/v1/appliance/security-cases/{id}", administrator, show_security_case,
        "One case with its timeline and checklist", answers("WholeSecurityCase")),
    patch("changeSecurityCase", "/api/v1/appliance/security-cases/{id}", administrator, change_security_case,
          "Change the title, since when it is known, or who and what is affected", takes("SecurityCaseChange"),
          answers("WholeSecurityCase")),
    post("addSecurityCaseEntry", "/api/v1/appliance/security-cases/{id}/entries", administrator,
         add_security_case_entry, "Write into the timeline, or add a step", takes("NewSecurityCaseEntry"),
         answers("WholeSecurityCase", 201)),
    post("tickSecurityCaseStep", "/api/v1/appliance/security-cases/{id}/entries/{n}/done", administrator,
         tick_security_case_step, "Tick a step of the checklist, with a note", takes("SecurityCaseStepChange"),
         answers("WholeSecurityCase")),
    post("closeSecurityCase", "/api/v1/appliance/security-cases/{id}/close", administrator, close_security_case,
         "Close it with a conclusion", takes("SecurityCaseConclusion"), answers("WholeSecurityCase")),
    post("reopenSecurityCase", "/api/v1/appliance/security-cases/{id}/reopen", administrator, reopen_security_case,
         "Open a closed case again", answers("WholeSecurityCase")),
    get("reportSecurityCase", "/api/v1/appliance/security-cases/{id}/report", administrator, report_security_case,
        "The report for the file, in Markdown", answers("application/octet-stream")),

    // About the API itself
    get("openapi", "/api/v1/openapi.json", anyone, openapi, "This document", answers("application/json")),

    // For those who run the appliance, and for programs
    get("healthz", "/healthz", machine, healthz, "Whether the process answers", answers("text/plain")),
    get("readyz", "/readyz", machine, readyz, "Whether it can do its work", answers("text/plain")),
    get("metrics", "/metrics", machine.at_our_host(), metrics,
        "Figures for Prometheus; on this machine or for administrators", answers("text/plain")),
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace connlog::web::appliance
