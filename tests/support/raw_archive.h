// Archives made by hand, for tests and the fuzzer: with any content, in any order, sealed and signed as a real one is.
#pragma once

#include <sodium.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/archive_format.h"

namespace connlog::test {

class StringSink final : public ByteSink {
 public:
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  std::string content;
};

// Gives at most `piece` bytes at a time, as a pipe would.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string_view content, std::size_t piece = SIZE_MAX) : rest_(content), piece_(piece) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min({into.size(), rest_.size(), piece_});
    std::copy_n(rest_.data(), count, reinterpret_cast<char*>(into.data()));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
  const std::size_t piece_;
};

inline std::string number_text(std::uint32_t value) {
  const auto bytes = archive_format::number(value);
  return {bytes.begin(), bytes.end()};
}

inline std::string file_entry(std::string_view name, std::string_view content) {
  std::string out(1, '\1');
  out += static_cast<char>(name.size() & 0xff);
  out += static_cast<char>(name.size() >> 8 & 0xff);
  out += name;
  return out + number_text(static_cast<std::uint32_t>(content.size())) + std::string(content);
}
inline std::string database_entry(std::uint32_t page_bytes) {
  return '\2' + number_text(page_bytes);
}
inline std::string pages_entry(std::uint32_t first, std::uint32_t count, std::string_view pages) {
  return '\3' + number_text(first) + number_text(count) + std::string(pages);
}
inline std::string manifest_entry(const Manifest& manifest) {
  const std::string text = archive_format::encode(manifest);
  return '\4' + number_text(static_cast<std::uint32_t>(text.size())) + text;
}

// `window_log`: 0 for the compressor's own choice.
inline std::string compressed(std::string_view plain, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log == 0 ? archive_format::kWindowLog : window_log);
  // As a stream, so that the frame does not know its length and asks for its window.
  std::string out(ZSTD_compressBound(plain.size()) + 64, '\0');
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  ZSTD_outBuffer into{out.data(), out.size(), 0};
  if (ZSTD_isError(ZSTD_compressStream2(context, &into, &in, ZSTD_e_continue))) std::abort();
  if (ZSTD_compressStream2(context, &into, &in, ZSTD_e_end) != 0) std::abort();
  ZSTD_freeCCtx(context);
  out.resize(into.pos);
  return out;
}

inline std::string signature_of(const SigningKey& signer, std::string_view content) {
  archive_format::RunningDigest digest;
  digest.add(archive_format::bytes_in(content));
  const auto signature = sign(signer, digest.so_far());
  return {signature.begin(), signature.end()};
}

// Magic, version, length and text of a header.
inline std::string head_of(std::string_view header_text) {
  std::string out(archive_format::kMagic);
  out += static_cast<char>(archive_format::kVersion);
  return out + number_text(static_cast<std::uint32_t>(header_text.size())) + std::string(header_text);
}

// An archive with this head, whose chunks hold `stream`, which is taken for a compressed one.
inline std::string sealed_archive(const std::string& head, const Key& content_key, const SigningKey& signer,
                                  std::string_view stream, std::size_t chunk_bytes = archive_format::kChunkBytes) {
  archive_format::RunningDigest digest;
  digest.add(archive_format::bytes_in(head));
  const archive_format::Digest of_head = digest.so_far();
  crypto_secretstream_xchacha20poly1305_state state;
  unsigned char start[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
  crypto_secretstream_xchacha20poly1305_init_push(&state, start, content_key.data());
  std::string out = head + std::string(reinterpret_cast<const char*>(start), sizeof start);
  bool first = true;
  do {
    const std::string_view chunk = stream.substr(0, chunk_bytes);
    stream.remove_prefix(chunk.size());
    std::string sealed(chunk.size() + archive_format::kChunkTagBytes, '\0');
    unsigned long long length = 0;
    crypto_secretstream_xchacha20poly1305_push(
        &state, reinterpret_cast<unsigned char*>(sealed.data()), &length,
        reinterpret_cast<const unsigned char*>(chunk.data()), chunk.size(), first ? of_head.data() : nullptr,
        first ? of_head.size() : 0,
        static_cast<unsigned char>(stream.empty() ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0));
    out += number_text(static_cast<std::uint32_t>(sealed.size())) + sealed;
    first = false;
  } while (!stream.empty());
  out += number_text(0);
  return out + signature_of(signer, out);
}

}  // namespace connlog::test
