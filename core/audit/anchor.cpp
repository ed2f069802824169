#include "core/audit/anchor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/io_cause.h"
#include "core/base/text.h"
#include "core/base/log.h"

namespace connlog {
namespace {

constexpr std::string_view kFirstLine = "connlog audit anchor 1\n";
constexpr std::size_t kFileBytesMax = 4'096;

std::string seal_of(std::string_view text, const Key& key) {
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return to_hex(mac);
}

std::string line_of(std::string_view name, const TrailHead& head) {
  return fmt::format("{} {}:{}\n", name, head.sequence, to_hex(head.chain));
}

// Reads "name rest\n" at the front of `text` and removes it from there.
bool take_line(std::string_view& text, std::string_view name, std::string_view& rest) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(name) || text.size() <= name.size() ||
      text[name.size()] != ' ')
    return false;
  rest = text.substr(name.size() + 1, end - name.size() - 1);
  text.remove_prefix(end + 1);
  return true;
}

bool take_head(std::string_view& text, std::string_view name, TrailHead& out) {
  std::string_view rest;
  if (!take_line(text, name, rest)) return false;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), out.sequence);
  if (problem != std::errc() || out.sequence < 0) return false;
  const std::string_view chain = rest.substr(static_cast<std::size_t>(end - rest.data()));
  std::size_t length = 0;
  return chain.size() == 65 && chain[0] == ':' &&
         sodium_hex2bin(out.chain.data(), out.chain.size(), chain.data() + 1, 64, nullptr, &length, nullptr) == 0 &&
         length == out.chain.size();
}

Error cannot(const char* verb, const std::filesystem::path& file, int reason) {
  return Error{ErrorCode::unavailable,
               fmt::format("The audit anchor {} cannot be {}: {}.", file.string(), verb, io_cause(reason))};
}

// Describes in `trouble` where the database, which should end at `heads`, contradicts the known heads.
Result<void> compare(const Stores& stores, const TrailLog& trails, const TrailHeads& known, const TrailHeads& heads,
                     std::optional<std::string>& trouble) {
  return stores.read([&](Snapshot& snapshot) -> Result<void> {
    for (const KnownHead& head : known_heads(known, "the anchor")) {
      const bool first = head.trail == "first";
      const Trail trail = parse_word<Trail>(head.trail).value_or(Trail::workspace);
      const bool short_of = (first ? heads.first : heads.of(trail)).sequence < head.sequence;
      const auto chain = TRY(trails.chain_at(snapshot, head.trail, head.sequence));
      // If the row is missing, retention may have removed it; then there are rows after it.
      bool gone = false;
      if (!chain && !first) {
        const auto behind = TRY(trails.after(snapshot, trail, head.sequence, 1));
        gone = behind.empty();
      }
      if (!short_of && !gone && (!chain || *chain == head.chain)) continue;
      trouble = fmt::format(
          "The audit anchor names row {} of the {} trail, which the database {}: rows were cut off or written anew, or "
          "an older database was restored.",
          head.sequence, head.trail, short_of || gone ? "does not have" : "has in another form");
    }
    return {};
  });
}

}  // namespace

std::string render_anchor(const TrailHeads& heads, Instant at, const Key& key) {
  std::string text(kFirstLine);
  text += fmt::format("at {}\n", to_iso8601(at, true));
  text += line_of("first", heads.first);
  for (const Trail trail : kTrails) text += line_of(to_text(trail), heads.of(trail));
  return text + "seal " + seal_of(text, key) + "\n";
}

AnchorContent parse_anchor(const std::string& text, const Key& key) {
  AnchorContent content;
  content.state = AnchorState::not_ours;
  const std::size_t seal_at = text.rfind("seal ");
  if (seal_at == std::string::npos || !text.starts_with(kFirstLine)) return content;
  const std::string seal = seal_of(std::string_view(text).substr(0, seal_at), key);
  const std::string given = text.substr(seal_at + 5);
  if (given.size() != seal.size() + 1 || given.back() != '\n' ||
      sodium_memcmp(given.data(), seal.data(), seal.size()) != 0)
    return content;
  std::string_view rest = std::string_view(text).substr(kFirstLine.size(), seal_at - kFirstLine.size());
  std::string_view at;
  if (!take_line(rest, "at", at) || !parse_iso8601(std::string(at), content.at)) return content;
  if (!take_head(rest, "first", content.heads.first)) return content;
  for (const Trail trail : kTrails) {
    if (!take_head(rest, to_text(trail), content.heads.of(trail))) return content;
  }
  if (rest.empty()) content.state = AnchorState::good;
  return content;
}

Anchor::Anchor(std::filesystem::path file, const Keyring& keys, const Stores& stores, const TrailLog& trails,
               const Clock& clock)
    : file_(std::move(file)), keys_(keys), stores_(stores), trails_(trails), clock_(clock) {}

AnchorContent Anchor::read() const {
  std::ifstream in(file_, std::ios::binary);
  if (!in) return {errno == ENOENT ? AnchorState::absent : AnchorState::not_ours, {}, {}};
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > kFileBytesMax) return {AnchorState::not_ours, {}, {}};
  return parse_anchor(text, keys_.anchor_key());
}

Result<void> Anchor::open() {
  const std::lock_guard lock(mutex_);
  const AnchorContent found = read();
  const TrailHeads heads = trails_.heads();
  if (found.state == AnchorState::absent) {
    bool empty = true;
    for (const Trail trail : kTrails) empty = empty && heads.of(trail).sequence == 0;
    if (empty) return write(heads);
    trouble_ =
        "The audit anchor is missing, although the trails have rows: somebody removed it, or the data directory "
        "was restored without it.";
  } else if (found.state == AnchorState::not_ours) {
    trouble_ = "The audit anchor is damaged, or was not made with this appliance's anchor key.";
  }
  TRY(compare(stores_, trails_, found.heads, heads, trouble_));
  written_ = found.heads;
  written_at_ = found.at;
  if (trouble_) log_error("audit.anchor_refused", {{"message", *trouble_}});
  return {};
}

// Other programs may write into the database while we run. So the row that we wrote last must still be there before the
// anchor names it: otherwise the next row after a cut would confirm the cut.
void Anchor::keep() {
  const std::lock_guard lock(mutex_);
  if (trouble_) return;
  const TrailHeads heads = trails_.heads();
  Result<void> done = compare(stores_, trails_, heads, heads, trouble_);
  if (trouble_) return log_error("audit.anchor_refused", {{"message", *trouble_}});
  if (done && heads != written_) done = write(heads);
  if (!done) log_warning("audit.anchor_failed", {{"message", done.error().message}});
}

Result<void> Anchor::renew() {
  const std::lock_guard lock(mutex_);
  TRY(write(trails_.heads()));
  trouble_.reset();
  return {};
}

Result<void> Anchor::write(const TrailHeads& heads) {
  const std::string text = render_anchor(heads, clock_.now(), keys_.anchor_key());
  const std::string beside = file_.string() + ".new";
  ::unlink(beside.c_str());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  const bool good =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!good || ::rename(beside.c_str(), file_.c_str()) != 0) return cannot("written", file_, good ? errno : reason);
  written_ = heads;
  written_at_ = clock_.now();
  return {};
}

std::optional<std::string> Anchor::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

Instant Anchor::written_at() const {
  const std::lock_guard lock(mutex_);
  return written_at_;
}

}  // namespace connlog
