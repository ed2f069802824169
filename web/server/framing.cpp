#include "web/server/framing.h"

#include <algorithm>
#include <cstring>

#include "core/base/assert.h"
#include "web/server/framing_head.h"

namespace connlog::web {
namespace {

using namespace refusals;

constexpr std::size_t kMaxChunkLineBytes = 256;
constexpr std::size_t kMaxReserveBytes = 64 * 1024;  // most that is reserved for a body that was only announced

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// chunk-ext = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] ): RFC 9112 §7.1.1. Well-formed extensions
// are ignored. A malformed one is refused: it may hide a smuggled line end.
bool is_chunk_extension(std::string_view text) {
  std::size_t at = 0;
  const auto skip_space = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  };
  const auto skip_token = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_token(text.substr(at, 1))) ++at;
    return at > begin;
  };
  while (at < text.size()) {
    skip_space();
    if (at == text.size() || text[at] != ';') return false;
    ++at;
    skip_space();
    if (!skip_token()) return false;
    std::size_t mark = at;
    skip_space();
    if (at == text.size() || text[at] != '=') {
      at = mark;
      continue;
    }
    ++at;
    skip_space();
    if (at < text.size() && text[at] == '"') {
      ++at;
      while (at < text.size() && text[at] != '"') {
        if (text[at] == '\\') ++at;
        if (at == text.size()) return false;
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
        ++at;
      }
      if (at == text.size()) return false;
      ++at;
    } else if (!skip_token()) {
      return false;
    }
  }
  return true;
}

}  // namespace

RequestFramer::State RequestFramer::state() const {
  if (step_ == Step::complete) return State::complete;
  if (step_ == Step::refused) return State::refused;
  return State::reading;
}

bool RequestFramer::refuse(const FramingRefusal& why) {
  refusal_ = &why;
  step_ = Step::refused;
  return false;
}

bool RequestFramer::take_continue() {
  const bool wanted = wants_continue_ && head_is_whole() && state() == State::reading;
  wants_continue_ = false;
  return wanted;
}

FramedRequest RequestFramer::take() {
  CONNLOG_ASSERT(step_ == Step::complete);
  FramedRequest out = std::move(facts_);
  out.bytes = std::move(bytes_);
  const FramingLimits& limits = *limits_;
  *this = RequestFramer(limits);
  return out;
}

std::size_t RequestFramer::feed(std::string_view in) {
  CONNLOG_ASSERT(state() == State::reading);
  std::size_t used = 0;
  while (used < in.size() && state() == State::reading) {
    const std::string_view rest = in.substr(used);
    switch (step_) {
      case Step::start:
      case Step::head:
        used += feed_head(rest);
        break;
      case Step::length_body:
        used += feed_length_body(rest);
        break;
      case Step::chunk_data:
        used += feed_chunk_data(rest);
        break;
      case Step::chunk_end:
        used += feed_chunk_end(rest);
        break;
      case Step::chunk_line:
      case Step::trailers:
        used += feed_line(rest);
        break;
      case Step::complete:
      case Step::refused:
        break;
    }
  }
  return used;
}

// Takes lines until the blank one. Line ends are judged as they arrive, so that a client that uses bare line feeds, or
// speaks TLS, is answered at once and not after its time-out.
std::size_t RequestFramer::feed_head(std::string_view in) {
  const std::size_t base = bytes_.size();
  std::size_t at = 0;
  while (at < in.size()) {
    const void* found = std::memchr(in.data() + at, '\n', in.size() - at);
    const std::size_t end =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - in.data()) + 1 : in.size();
    // Only bytes within the limit are judged; otherwise the answer would depend on how the bytes were cut into pieces.
    const std::size_t fits = std::min(end, limits_->max_head_bytes - base);
    if (at < fits && std::memchr(in.data() + at, '\0', fits - at)) return refuse(kNul), in.size();
    if (fits < end) return refuse(kLargeHead), in.size();
    if (!found) break;
    const char before = end >= 2 ? in[end - 2] : base > 0 ? bytes_.back() : '\0';
    if (before != '\r') return refuse(kBareLineEnd), in.size();
    if (base + end - line_start_ == 2) {
      if (line_start_ == 0) {  // RFC 9112 §2.2: one blank line before the request line is ignored
        if (saw_blank_line_) return refuse(kManyBlankLines), in.size();
        saw_blank_line_ = true;
        bytes_.clear();
        step_ = Step::start;
        return end;
      }
      bytes_.append(in.substr(0, end));
      end_of_head();
      return end;
    }
    line_start_ = base + end;
    at = end;
  }
  bytes_.append(in);
  step_ = Step::head;
  return in.size();
}

void RequestFramer::end_of_head() {
  HeadFacts facts;
  if (const FramingRefusal* why = read_head(bytes_, *limits_, facts)) {
    refuse(*why);
    return;
  }
  facts_.keep_alive = facts.keep_alive;
  facts_.head_only = facts.head_only;
  facts_.http_1_0 = facts.http_1_0;
  head_bytes_ = bytes_.size();
  wants_continue_ = facts.expects_continue;
  if (facts.chunked) {
    step_ = Step::chunk_line;
  } else if (facts.length > 0) {
    remaining_ = facts.length;
    bytes_.reserve(bytes_.size() + static_cast<std::size_t>(std::min<std::uint64_t>(facts.length, kMaxReserveBytes)));
    step_ = Step::length_body;
  } else {
    step_ = Step::complete;
  }
}

std::size_t RequestFramer::feed_length_body(std::string_view in) {
  const std::size_t used = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), remaining_));
  bytes_.append(in.substr(0, used));
  remaining_ -= used;
  if (remaining_ == 0) step_ = Step::complete;
  return used;
}

std::size_t RequestFramer::feed_chunk_data(std::string_view in) {
  const std::size_t used = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), remaining_));
  bytes_.append(in.substr(0, used));
  remaining_ -= used;
  if (remaining_ == 0) {
    line_.clear();
    step_ = Step::chunk_end;
  }
  return used;
}

std::size_t RequestFramer::feed_chunk_end(std::string_view in) {
  if (in.front() != (line_.empty() ? '\r' : '\n')) return refuse(kChunkEnd), in.size();
  if (line_.empty()) {
    line_ = "\r";
  } else {
    line_.clear();
    step_ = Step::chunk_line;
  }
  return 1;
}

std::size_t RequestFramer::feed_line(std::string_view in) {
  const std::size_t found = in.find('\n');
  const std::size_t used = found == std::string_view::npos ? in.size() : found + 1;
  const bool chunk = step_ == Step::chunk_line;
  const std::size_t most = chunk ? kMaxChunkLineBytes : limits_->max_head_bytes;
  if (line_.size() + used > most) return refuse(chunk ? kChunkLine : kLargeHead), in.size();
  line_.append(in.substr(0, used));
  if (found != std::string_view::npos) end_of_line();
  return used;
}

void RequestFramer::end_of_line() {
  std::string_view line = line_;
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    refuse(kBareLineEnd);
    return;
  }
  line.remove_suffix(2);
  // One chunk line is small, but a million of them are not: they are counted.
  overhead_ += line_.size();
  if (overhead_ > limits_->max_head_bytes + limits_->max_body_bytes / 16) {
    refuse(kLargeHead);
    return;
  }
  if (step_ == Step::trailers) {
    if (line.empty()) {
      end_of_chunked_body();
      return;
    }
    std::string_view name, value;
    if (check_field_line(line, name, value) != nullptr) {
      refuse(kTrailer);
      return;
    }
    line_.clear();  // trailers are dropped: no later code looks at them
    return;
  }
  std::uint64_t size = 0;
  std::size_t digits = 0;
  while (digits < line.size() && hex_digit(line[digits]) >= 0) {
    if (digits == 15) {  // 60 bits: beyond them the sum below could wrap
      refuse(kChunkLine);
      return;
    }
    size = size * 16 + static_cast<std::uint64_t>(hex_digit(line[digits]));
    ++digits;
  }
  if (digits == 0 || !is_chunk_extension(line.substr(digits))) {
    refuse(kChunkLine);
    return;
  }
  if (bytes_.size() - head_bytes_ + size > limits_->max_body_bytes) {
    refuse(kLargeBody);
    return;
  }
  line_.clear();
  remaining_ = size;
  step_ = size == 0 ? Step::trailers : Step::chunk_data;
}

void RequestFramer::end_of_chunked_body() {
  const std::string field = "Content-Length: " + std::to_string(bytes_.size() - head_bytes_) + "\r\n";
  bytes_.insert(head_bytes_ - 2, field);
  step_ = Step::complete;
}

}  // namespace connlog::web
