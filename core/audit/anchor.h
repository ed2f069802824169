// The anchor: the heads of the trails in a small file beside the database, `<data>/audit.anchor`, so that a cut tail and a
// whole that was written anew show. It is authenticated with the anchor key, which neither lies in the database nor follows
// from its key (core/crypto/keyring.h).
//
// It is written by the maintenance thread after commits, when a head has moved, and so lags by a few seconds and never
// leads: a head goes in only once it is durable. Whole or not at all, by renaming, so it survives a kill at any moment. An
// anchor that contradicts the database at start is kept as it is, as evidence, until somebody accepts the trails as they
// are (renew), and until then the trouble is shown.
//
// Any thread; calls are serialised.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "core/audit/trail.h"
#include "core/crypto/keyring.h"

namespace connlog {

enum class AnchorState { absent, good, not_ours };
struct AnchorContent {
  AnchorState state = AnchorState::absent;
  TrailHeads heads;  // with `good`
  Instant at;
};

// The file's text, and what it says. Pure.
std::string render_anchor(const TrailHeads& heads, Instant at, const Key& key);
AnchorContent parse_anchor(const std::string& text, const Key& key);

class Anchor {
 public:
  // All of it outlives the anchor.
  Anchor(std::filesystem::path file, const Keyring& keys, const Stores& stores, const TrailLog& trails,
         const Clock& clock);

  // Looks at what is there, before anybody writes. What does not fit becomes trouble(); a database whose trails are still
  // empty gets its first anchor. The error: the file cannot be read or written.
  Result<void> open();
  // Writes the heads that have moved since.
  void keep();
  // Accepts the trails as they are.
  Result<void> renew();

  AnchorContent read() const;
  std::optional<std::string> trouble() const;  // why it is not written, for people
  Instant written_at() const;

 private:
  Result<void> write(const TrailHeads& heads);

  const std::filesystem::path file_;
  const Keyring& keys_;
  const Stores& stores_;
  const TrailLog& trails_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<std::string> trouble_;  // under mutex_
  TrailHeads written_;                  // under mutex_
  Instant written_at_;                  // under mutex_
};

}  // namespace connlog
