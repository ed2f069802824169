// The anchor: the heads of the trails in a small file beside the database, `<data>/audit.anchor`. It reveals a trail
// whose end was cut off and a trail that was rewritten as a whole. The file is authenticated with the anchor key, which
// is not in the database and cannot be derived from the database's key (core/crypto/keyring.h).
//
// The maintenance thread writes it after commits, when a head has moved. It lags by a few seconds and is never ahead: a
// head goes in only once it is durable. It is written whole or not at all, by renaming, so it survives a kill at any
// moment. An anchor that contradicts the database at start is kept unchanged, as evidence, and the trouble is shown
// until an administrator accepts the trails as they are (renew).
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

// Renders and reads the file's text. Pure.
std::string render_anchor(const TrailHeads& heads, Instant at, const Key& key);
AnchorContent parse_anchor(const std::string& text, const Key& key);

class Anchor {
 public:
  // All arguments outlive the anchor.
  Anchor(std::filesystem::path file, const Keyring& keys, const Stores& stores, const TrailLog& trails,
         const Clock& clock);

  // Compares the file with the database, before any trail is written. A contradiction becomes trouble(); a database
  // whose trails are still empty gets its first anchor. Error: the file cannot be read or written.
  Result<void> open();
  // Writes the file anew if a head has moved.
  void keep();
  // Accepts the trails as they are: writes an anchor with their present heads.
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
