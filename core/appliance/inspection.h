// The production check: one table of findings about the whole installation, for `connlog check`, for GET
// /api/v1/appliance/inspection and for the page *Appliance, Check*. What is looked at is gathered once (InspectionFacts);
// what follows from it is decided by pure functions, one for each row of the table (inspection_rows.h). Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/appliance/health.h"
#include "core/base/clock.h"
#include "core/base/transaction.h"
#include "core/base/words.h"
#include "core/config/settings.h"
#include "core/crypto/master_key.h"
#include "core/people/limits.h"

namespace connlog {

// ok: looked at, and in order. note: worth knowing. warning: to be mended before it counts on it. danger: unsafe, or about
// to fail.
enum class FindingSeverity { ok, note, warning, danger };
template <>
inline constexpr auto kWords<FindingSeverity> = words_for<FindingSeverity>({
    {FindingSeverity::ok, "ok"},
    {FindingSeverity::note, "note"},
    {FindingSeverity::warning, "warning"},
    {FindingSeverity::danger, "danger"},
});

enum class FindingArea {
  keys,
  files,
  certificate,
  address,
  mail,
  recipients,
  people,
  backups,
  database,
  disk,
  clock,
  machine,
  version,
};
template <>
inline constexpr auto kWords<FindingArea> = words_for<FindingArea>({
    {FindingArea::keys, "keys"},
    {FindingArea::files, "files"},
    {FindingArea::certificate, "certificate"},
    {FindingArea::address, "address"},
    {FindingArea::mail, "mail"},
    {FindingArea::recipients, "recipients"},
    {FindingArea::people, "people"},
    {FindingArea::backups, "backups"},
    {FindingArea::database, "database"},
    {FindingArea::disk, "disk"},
    {FindingArea::clock, "clock"},
    {FindingArea::machine, "machine"},
    {FindingArea::version, "version"},
});

struct Finding {
  std::string id;  // of its row, "mail.never_tested"; never renamed
  FindingArea area = FindingArea::keys;
  FindingSeverity severity = FindingSeverity::ok;
  std::string what;  // one sentence
  std::string why;   // what it leads to; empty with ok
  std::string mend;  // the exact command, line or page; empty with ok
};

// ---- what is looked at ----

struct FileFact {
  std::string path;
  std::uint32_t mode = 0;          // permission bits
  std::uint32_t forbidden = 0077;  // of these none may be set
  std::string owner;               // set: of another user than the data directory, and of whom
  std::string wanted_owner;
};

struct CertificateOnDisk {
  std::string file;
  std::string trouble;      // why the certificate cannot be used; empty: it can
  std::string key_file;     // of the administrator's; empty: our own
  std::string key_trouble;  // why its key cannot be used
  Instant not_after;
  std::vector<std::string> names;     // hosts and addresses, as they stand in it
  std::size_t certificates = 0;       // in the file
  bool is_self_signed = false;        // it needs no further one
  std::vector<std::string> left_out;  // of a kind that cannot be read
};

// Settings, files and the disk, by the process that asks.
struct SetUpFacts {
  Settings settings;
  std::string settings_file = "connlog.toml";  // where a setting is changed
  std::optional<MasterKeyForm> key_form;       // absent: there are no keys yet, or they cannot be read
  bool database_exists = false;
  std::size_t plain_copies = 0;                  // *.db below backups/: they open with the master key
  std::vector<FileFact> files;                   // those of keys and of settings that exist
  std::optional<CertificateOnDisk> certificate;  // absent: no https, or not made yet
  std::string public_url;                        // in use
  bool public_host_resolves = true;
  bool public_host_is_here = true;              // one of its addresses is this machine's
  std::uint64_t disk_free = 0, disk_bytes = 0;  // bytes; 0 of 0: unknown
  bool disk_wears_out = false;                  // an SD card or eMMC
};

// The kernel and the clock, by the process that serves (or would).
struct MachineFacts {
  std::int64_t files_max = -1;  // open at once; -1: without limit
  std::int64_t connections_max = 0;
  std::optional<std::int64_t> overcommit, somaxconn;
  std::optional<bool> may_ping;  // whether the kernel lets this process's group send pings
  bool runs_as_root = false;
  std::optional<bool> clock_synchronised;
  std::string clock_trouble;  // by core/base/clock_watch; empty: plausible, or not watched
  std::string timezones;      // "2025b"; empty: there are none
  bool timezones_are_ours = false;  // this machine has none, and those in the executable serve
  Instant built;
  std::string version;
};

// A list of names that may be long: how many, and the first of them.
struct Named {
  std::int64_t count = 0;
  std::vector<std::string> first;
};

struct UnreachableRecipient {
  std::string workspace, name, trouble;
};

// What the database says.
struct StoredFacts {
  bool is_claimed = true;
  bool mail_is_set_up = false, mail_was_taken = false;  // a mail server took a mail at least once
  std::string mail_trouble;                             // the last answer while none gets through
  Named workspaces_without_recipient;
  std::vector<UnreachableRecipient> unreachable;  // whose newest ended notification failed
  Named recipients_untested;                      // nothing was ever sent, or the last test is 90 days old
  std::int64_t administrators = 0;                // who can log in
  Named administrators_without_factor;
  Named people_stale, administrators_stale;  // no login for 90 days
  Named api_keys_unused, api_keys_old;
  std::map<Limit, std::int64_t> limits;
  bool is_in_recovery = false;
};

// What only the appliance's own parts know.
struct RunningFacts {
  std::vector<PartFinding> backups;
  std::optional<bool> backups_by_schedule;
  std::vector<std::string> trails, unknown_words;
  std::vector<std::string> certificate;  // of the one that is served, and who trusts it
  std::string outage;                    // why nothing can be stored; empty: it can
  std::optional<bool> is_watched;        // somebody is called every minute (dead_man.h)
};

struct InspectionFacts {
  Instant at;
  std::optional<SetUpFacts> set_up;
  std::optional<MachineFacts> machine;
  std::optional<StoredFacts> stored;
  std::optional<RunningFacts> running;
};

// Everything but `running` and the mail server's trouble is read here. `now`: by which ages are counted.
class InspectionStore {
 public:
  virtual ~InspectionStore() = default;
  virtual Result<StoredFacts> stored(Snapshot&, Instant now) const = 0;
};

// ---- what follows ----

inline constexpr std::chrono::days kUnusedAfter{90};
inline constexpr std::size_t kNamesShown = 5;

// Of each part of the facts that is there. A row that found nothing is one finding `ok`. Grave ones first.
std::vector<Finding> inspect(const InspectionFacts& facts);
void put_grave_first(std::vector<Finding>& findings);

struct FindingCounts {
  std::int64_t ok = 0, notes = 0, warnings = 0, dangers = 0;
};
FindingCounts count(const std::vector<Finding>& findings);

// Every row of the table, for the documentation.
struct InspectionRowName {
  std::string_view id;
  FindingArea area;
};
std::vector<InspectionRowName> inspection_rows();

}  // namespace connlog
