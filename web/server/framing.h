// Decides where one HTTP/1 request ends and the next begins (RFC 9112 §2.2, §3, §5.1, §6, §7), before any other code
// looks at it. A request that two programs could read differently is refused, so that nothing behind the loop ever sees
// a request whose end is in doubt: both lengths, two lengths, a bare CR or LF, NUL, a folded line, space before a
// colon, a bad chunk. The result is one whole request: a chunked body has become one with Content-Length, trailers and
// `Expect` are removed.
//
// Pure and incremental: bytes go in, in pieces of any size, and the answer does not depend on the pieces. One thread at
// a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace connlog::web {

struct FramingLimits {
  std::size_t max_head_bytes = 16 * 1024;  // request line and fields with the blank line; also chunk lines and trailers
  std::size_t max_body_bytes = 1024 * 1024;
  int max_fields = 100;
};

// Why a request was refused, and what the client is told. All strings are literals.
struct FramingRefusal {
  int status = 0;
  std::string_view title;   // the reason phrase
  std::string_view code;    // stable, for programs
  std::string_view detail;  // for people
};

// A whole reply with problem+json body and `Connection: close`.
std::string render(const FramingRefusal& refusal);

struct FramedRequest {
  std::string bytes;        // head and body
  bool keep_alive = false;  // the client's wish, from its version and `Connection`
  bool head_only = false;   // HEAD: the reply has no body
  bool http_1_0 = false;    // keep-alive must be said in the reply's head
};

class RequestFramer {
 public:
  enum class State { reading, complete, refused };

  // `limits` must outlive the framer.
  explicit RequestFramer(const FramingLimits& limits) : limits_(&limits) {}

  // Takes from `in` the bytes that belong to the current request and returns how many they were. That is less than all
  // only when the request is complete or refused. Must not be called in these two states.
  std::size_t feed(std::string_view in);

  State state() const;
  bool has_begun() const { return step_ != Step::start || !bytes_.empty(); }  // a first byte has arrived
  bool head_is_whole() const { return step_ > Step::head; }
  // True once, when the head asked for `100 Continue` and the body is still to come.
  bool take_continue();
  std::size_t held_bytes() const { return bytes_.capacity() + line_.capacity(); }

  FramedRequest take();  // in state complete; the framer then starts again, with nothing allocated
  const FramingRefusal& refusal() const { return *refusal_; }

 private:
  // In the order in which a request passes them, because `head_is_whole` compares.
  enum class Step : std::uint8_t {
    start,
    head,
    length_body,
    chunk_line,
    chunk_data,
    chunk_end,
    trailers,
    complete,
    refused
  };

  std::size_t feed_head(std::string_view in);
  std::size_t feed_length_body(std::string_view in);
  std::size_t feed_chunk_data(std::string_view in);
  std::size_t feed_chunk_end(std::string_view in);
  std::size_t feed_line(std::string_view in);  // chunk lines and trailers
  void end_of_head();
  void end_of_line();
  void end_of_chunked_body();
  bool refuse(const FramingRefusal& why);

  const FramingLimits* limits_;
  const FramingRefusal* refusal_ = nullptr;
  std::string bytes_;            // the request so far
  std::string line_;             // the chunk line or trailer being read
  std::uint64_t remaining_ = 0;  // of the body or of the chunk
  std::size_t line_start_ = 0;   // in bytes_, while the head is read
  std::size_t head_bytes_ = 0;   // length of the head in bytes_, once whole
  std::size_t overhead_ = 0;     // chunk lines and trailers so far: bounded like a head
  Step step_ = Step::start;
  bool saw_blank_line_ = false;  // the one that may precede a request line
  bool wants_continue_ = false;
  FramedRequest facts_;
};

}  // namespace connlog::web
