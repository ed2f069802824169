// SQLCipher's cryptography over mbedTLS: the seventeen functions that the
// amalgamation calls for AES-256-CBC, HMAC, PBKDF2 and random bytes.
//
// The file format is the standard one of SQLCipher 4, so that its own shell opens
// our database. SQLCipher does not serialise the calls: every function may be entered
// by several threads at once and keeps no state outside its arguments. Random
// bytes are libsodium's, which come from the kernel. 0 is SQLITE_OK throughout.

#include <mbedtls/aes.h>
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>
#include <sodium.h>
#include <sqlite3.h>

#include <cstddef>
#include <cstring>

extern "C" {

// The amalgamation's own struct, which no public header declares (src/sqlcipher.h,
// SQLCipher 4.6). The order of the members is its ABI.
struct SqlcipherProvider {
  int (*activate)(void* ctx);
  int (*deactivate)(void* ctx);
  const char* (*get_provider_name)(void* ctx);
  int (*add_random)(void* ctx, void* buffer, int length);
  int (*random)(void* ctx, void* buffer, int length);
  int (*hmac)(void* ctx, int algorithm, unsigned char* key, int key_size, unsigned char* in, int in_size,
              unsigned char* in2, int in2_size, unsigned char* out);
  int (*kdf)(void* ctx, int algorithm, const unsigned char* pass, int pass_size, unsigned char* salt, int salt_size,
             int rounds, int key_size, unsigned char* key);
  int (*cipher)(void* ctx, int mode, unsigned char* key, int key_size, unsigned char* iv, unsigned char* in,
                int in_size, unsigned char* out);
  const char* (*get_cipher)(void* ctx);
  int (*get_key_size)(void* ctx);
  int (*get_iv_size)(void* ctx);
  int (*get_block_size)(void* ctx);
  int (*get_hmac_size)(void* ctx, int algorithm);
  int (*ctx_init)(void** ctx);
  int (*ctx_free)(void** ctx);
  int (*fips_status)(void* ctx);
  const char* (*get_provider_version)(void* ctx);
};

int connlog_sqlcipher_setup(SqlcipherProvider* provider);
}

namespace {

constexpr int kKeySize = 32;
constexpr int kBlockSize = 16;
constexpr int kEncrypt = 1;  // SQLCipher's CIPHER_ENCRYPT

// SQLCipher's numbers of the digests. Stored in every page of every database.
const mbedtls_md_info_t* digest(int algorithm) {
  switch (algorithm) {
    case 0:
      return mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    case 1:
      return mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    case 2:
      return mbedtls_md_info_from_type(MBEDTLS_MD_SHA512);
    default:
      return nullptr;
  }
}

int activate(void*) {
  return sodium_init() < 0 ? SQLITE_ERROR : SQLITE_OK;
}
int deactivate(void*) {
  return SQLITE_OK;
}
const char* provider_name(void*) {
  return "mbedtls";
}
const char* provider_version(void*) {
  return MBEDTLS_VERSION_STRING_FULL;
}
const char* cipher_name(void*) {
  return "aes-256-cbc";
}
int fips_status(void*) {
  return 0;
}
int key_size(void*) {
  return kKeySize;
}
int block_size(void*) {
  return kBlockSize;
}

int add_random(void*, void*, int) {
  return SQLITE_OK;
}  // libsodium's generator needs no bytes from SQLCipher

int random_bytes(void*, void* buffer, int length) {
  if (length < 0) return SQLITE_ERROR;
  randombytes_buf(buffer, static_cast<std::size_t>(length));
  return SQLITE_OK;
}

int hmac_size(void*, int algorithm) {
  const auto* info = digest(algorithm);
  return info ? mbedtls_md_get_size(info) : 0;
}

int hmac(void*, int algorithm, unsigned char* key, int key_length, unsigned char* in, int in_size, unsigned char* in2,
         int in2_size, unsigned char* out) {
  const auto* info = digest(algorithm);
  if (!info || !in || key_length < 0 || in_size < 0 || in2_size < 0) return SQLITE_ERROR;
  mbedtls_md_context_t context;
  mbedtls_md_init(&context);
  int failed = mbedtls_md_setup(&context, info, 1);
  if (!failed) failed = mbedtls_md_hmac_starts(&context, key, static_cast<std::size_t>(key_length));
  if (!failed) failed = mbedtls_md_hmac_update(&context, in, static_cast<std::size_t>(in_size));
  if (!failed && in2) failed = mbedtls_md_hmac_update(&context, in2, static_cast<std::size_t>(in2_size));
  if (!failed) failed = mbedtls_md_hmac_finish(&context, out);
  mbedtls_md_free(&context);
  return failed ? SQLITE_ERROR : SQLITE_OK;
}

int kdf(void*, int algorithm, const unsigned char* pass, int pass_size, unsigned char* salt, int salt_size, int rounds,
        int key_length, unsigned char* key) {
  if (pass_size < 0 || salt_size < 0 || rounds < 1 || key_length < 1) return SQLITE_ERROR;
  const auto* info = digest(algorithm);
  if (!info) return SQLITE_ERROR;
  const int failed = mbedtls_pkcs5_pbkdf2_hmac_ext(
      mbedtls_md_get_type(info), pass, static_cast<std::size_t>(pass_size), salt, static_cast<std::size_t>(salt_size),
      static_cast<unsigned int>(rounds), static_cast<unsigned int>(key_length), key);
  return failed ? SQLITE_ERROR : SQLITE_OK;
}

// Whole blocks, no padding. mbedTLS changes the initialisation vector that it is given;
// SQLCipher's must not change, so a copy is used.
int cipher(void*, int mode, unsigned char* key, int key_length, unsigned char* iv, unsigned char* in, int in_size,
           unsigned char* out) {
  if (key_length != kKeySize || in_size < 0 || in_size % kBlockSize != 0) return SQLITE_ERROR;
  unsigned char vector[kBlockSize];
  std::memcpy(vector, iv, sizeof vector);
  mbedtls_aes_context context;
  mbedtls_aes_init(&context);
  const bool encrypt = mode == kEncrypt;
  int failed = encrypt ? mbedtls_aes_setkey_enc(&context, key, 8 * kKeySize)
                       : mbedtls_aes_setkey_dec(&context, key, 8 * kKeySize);
  if (!failed) {
    failed = mbedtls_aes_crypt_cbc(&context, encrypt ? MBEDTLS_AES_ENCRYPT : MBEDTLS_AES_DECRYPT,
                                   static_cast<std::size_t>(in_size), vector, in, out);
  }
  mbedtls_aes_free(&context);  // wipes the expanded key
  return failed ? SQLITE_ERROR : SQLITE_OK;
}

int ctx_init(void** ctx) {
  *ctx = nullptr;  // there is no state
  return SQLITE_OK;
}

int ctx_free(void** ctx) {
  *ctx = nullptr;
  return SQLITE_OK;
}

}  // namespace

extern "C" int connlog_sqlcipher_setup(SqlcipherProvider* provider) {
  *provider = SqlcipherProvider{activate,  deactivate, provider_name, add_random,  random_bytes,    hmac,
                                kdf,       cipher,     cipher_name,   key_size,    block_size,      block_size,
                                hmac_size, ctx_init,   ctx_free,      fips_status, provider_version};
  return SQLITE_OK;
}
