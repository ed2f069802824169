// Reading the three trails, verifying them, removing rows after their retention, and giving their heads to be kept
// outside the database. Writing is core/audit/audit.h. Implemented by storage/. Any thread may enter, except for
// functions that take a Transaction: those run on the writer thread.
//
// A trail's *head* is the sequence and chain value of its last row. The *anchor* (core/audit/anchor.h) is the heads in
// a file beside the database. A *checkpoint* is where a trail begins after retention removed its oldest rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/base/words.h"

namespace connlog {

enum class Trail {
  workspace,  // what people and keys did in a workspace
  security,   // refused logins, wrong tokens, sessions that opened and ended
  appliance,  // the administrator's and the command line's acts, and the appliance's own
};
// The words stand in the anchor and in messages, too.
template <>
inline constexpr auto kWords<Trail> = words_for<Trail>({
    {Trail::workspace, "workspace"},
    {Trail::security, "security"},
    {Trail::appliance, "appliance"},
});
inline constexpr auto kTrails = values_of<Trail>();

using ChainValue = std::array<std::uint8_t, 32>;

struct TrailEntry {
  Trail trail = Trail::workspace;
  std::int64_t sequence = 0;    // gapless, from 1, in its trail
  bool from_first_log = false;  // of the single log before the three trails; it has its own sequence
  WorkspaceId workspace;        // nil: not in a workspace
  UserId user;                  // the person it concerns; nil: nobody
  Instant at;
  std::string actor_kind;  // the word of an Actor::Kind; another version may have stored one that is not known here
  Uuid actor_id;           // an id of that kind; nil: the kind has none
  std::string actor_name, address;
  std::string act;      // core/audit/acts.h
  std::string object;   // the thing's id or name, as shown
  std::string details;  // a short sentence
  ChainValue chain{};
};

struct TrailHead {
  std::int64_t sequence = 0;  // 0: the trail is empty
  ChainValue chain{};
  friend bool operator==(const TrailHead&, const TrailHead&) = default;
};

struct TrailHeads {
  TrailHead first;  // of the closed first log
  std::array<TrailHead, 3> trails;
  TrailHead& of(Trail trail) { return trails[static_cast<std::size_t>(trail)]; }
  const TrailHead& of(Trail trail) const { return trails[static_cast<std::size_t>(trail)]; }
  friend bool operator==(const TrailHeads&, const TrailHeads&) = default;
};

// "workspace=1523:<64 hex> security=40:<64 hex> appliance=7:<64 hex>": the form in mails and `connlog audit verify`.
std::string to_text(const TrailHeads& heads);

// Which rows to find. Empty fields match everything; texts match anywhere in the field, ignoring case (ASCII).
struct TrailFilter {
  std::string actor = {};      // in the actor's name or address
  std::string act = {};        // the act's name, or its first part: "agent" matches "agent.added"
  std::string text = {};       // in object, details, actor, address or act
  Instant from = {}, to = {};  // [from, to); not set: open
  Uuid own = {};               // only acts of this person or key, and rows that concern them; nil: all
};

// Whose rows to read: either those of a workspace (nil: rows of no workspace), or those that concern a person.
struct TrailScope {
  Trail trail = Trail::workspace;
  WorkspaceId workspace;
  UserId user;  // not nil: rows that concern this person, in any workspace
};

// One page of rows, newest first. `next` is passed as `before` to get the page that follows.
struct TrailPage {
  std::vector<TrailEntry> entries;
  std::string next;  // empty: there are no more
};

struct TrailFinding {
  enum class Kind {
    changed,          // the row does not carry the chain value that its content and the row before it give
    missing,          // a number is skipped
    cut,              // the trail ends before a head that was kept outside
    rewritten,        // a head that was kept outside does not match the trail
    checkpoint,       // a checkpoint is not signed by us
    anchor_missing,   // there was an anchor, and it is gone
    anchor_not_ours,  // the anchor is damaged or not authentic
  };
  Kind kind = Kind::changed;
  std::string trail;          // or "first", or empty
  std::int64_t sequence = 0;  // 0: of no single row
  std::string sentence;
};
template <>
inline constexpr auto kWords<TrailFinding::Kind> = words_for<TrailFinding::Kind>({
    {TrailFinding::Kind::changed, "changed"},
    {TrailFinding::Kind::missing, "missing"},
    {TrailFinding::Kind::cut, "cut"},
    {TrailFinding::Kind::rewritten, "rewritten"},
    {TrailFinding::Kind::checkpoint, "checkpoint"},
    {TrailFinding::Kind::anchor_missing, "anchor_missing"},
    {TrailFinding::Kind::anchor_not_ours, "anchor_not_ours"},
});

// A head that was kept outside the database, to be compared with it.
struct KnownHead {
  std::string trail;          // or "first"; empty: any trail
  std::int64_t sequence = 0;  // 0: not known
  ChainValue chain{};
  std::string source;  // for people: "the anchor", "the head you gave"
};
std::vector<KnownHead> known_heads(const TrailHeads& heads, const std::string& source);  // without the empty trails

// What retention took from the beginning of a trail, as its newest checkpoint says.
struct TrailTaken {
  std::string trail;      // or "first"
  std::int64_t rows = 0;  // all up to this number
  Instant at;             // the last time that it took some
  Instant oldest_kept;    // the time of the first row that is left; not set: none is left
};

struct TrailReport {
  std::int64_t rows = 0;               // examined
  TrailHeads heads;                    // of the examined rows
  std::vector<TrailFinding> findings;  // the first kFindingsMax
  std::vector<TrailTaken> taken;       // trails of which retention took nothing are left out
  bool sound() const { return findings.empty(); }
  static constexpr std::size_t kFindingsMax = 50;
};

class TrailLog {
 public:
  virtual ~TrailLog() = default;

  // Newest first. Examines kExaminedMax rows at most, so a page may be short, or empty, and still have a `next`.
  static constexpr int kExaminedMax = 20'000;
  virtual Result<TrailPage> page(Snapshot&, const TrailScope&, const TrailFilter&, const std::string& before,
                                 int limit) const = 0;
  // Oldest first, of the whole appliance, beginning after `sequence`: for forwarding.
  virtual Result<std::vector<TrailEntry>> after(Snapshot&, Trail, std::int64_t sequence, int limit) const = 0;

  // Recomputes every chain in slices, each with a snapshot of its own, so that a long run does not hinder the writer.
  // Rows that are added meanwhile may be left out. `outside`: heads that were kept outside (anchor, mail, syslog line).
  virtual Result<TrailReport> verify(const Stores&, const std::vector<KnownHead>& outside) const = 0;
  // The chain value of one row, or of the checkpoint at its place. Nothing: there is no such row, or not any more.
  virtual Result<std::optional<ChainValue>> chain_at(Snapshot&, const std::string& trail,
                                                     std::int64_t sequence) const = 0;

  // The heads of the durable rows. Read from memory; any thread.
  virtual TrailHeads heads() const = 0;

  // Signs a checkpoint over the oldest rows, those older than `before`, and removes at most `limit` of them. Returns
  // how many. A row of the first log is removed once the retention of every trail is over for it.
  virtual Result<std::int64_t> prune(Transaction&, Trail, Instant before, std::int64_t limit) = 0;
  virtual Result<std::int64_t> prune_first_log(Transaction&, Instant before, std::int64_t limit) = 0;

  virtual Result<std::int64_t> forwarded(Snapshot&, Trail) const = 0;  // the syslog cursor; 0: nothing yet
  virtual Result<void> set_forwarded(Transaction&, Trail, std::int64_t sequence) = 0;
};

}  // namespace connlog
