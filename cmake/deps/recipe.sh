# shellcheck shell=bash
# How each library is built: sourced by build-deps.sh, which gives
#   target host cc arch_flags   which processor, and its tools
#   sources work out            archives, scratch directory, prefix to install to
#   toolchains jobs
# What is written here, deps.lock and the toolchain files make the cache's name, so
# a change of this file builds everybody's libraries anew.

# Our flags and no others: the environment's would make two caches of one name differ.
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
flags="-O2 -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fPIE -ffunction-sections -fdata-sections"
flags="$flags -ffile-prefix-map=$work=. $arch_flags"

unpack() {  # <name>: into $work/<name>, Debian's patches applied
  local name=$1 to=$work/$1 patch
  mkdir -p "$to"
  tar -xf "$(echo "$sources/$name".tar.*)" -C "$to" --strip-components=1 --no-same-owner
  [ -e "$(echo "$sources/$name".debian.tar.*)" ] || return 0
  mkdir "$to/.patches"
  tar -xf "$(echo "$sources/$name".debian.tar.*)" -C "$to/.patches" --strip-components=1 --no-same-owner
  [ -r "$to/.patches/patches/series" ] || return 0
  for patch in $(sed -e 's/#.*//' -e 's/ .*//' "$to/.patches/patches/series"); do
    patch -d "$to" -p1 -s -f <"$to/.patches/patches/$patch"
  done
}

cmake_build() {  # <name> <option>…
  local name=$1
  shift
  cmake -G Ninja -S "$work/$name" -B "$work/$name/.build" \
    -DCMAKE_TOOLCHAIN_FILE="$toolchains/$target.cmake" -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_INSTALL_PREFIX="$out" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=OFF \
    -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" "$@"
  cmake --build "$work/$name/.build" --parallel "$jobs"
  cmake --install "$work/$name/.build"
}

set_option() {  # <mbedtls option> [value]: uncomments it in mbedtls_config.h
  local config=$work/mbedtls/include/mbedtls/mbedtls_config.h
  sed -i -E "s|^(//)?#define $1( .*)?\$|#define $1${2:+ $2}|" "$config"
  grep -q "^#define $1${2:+ $2}\$" "$config" || die "mbedtls_config.h knows no $1"
}

clear_option() {
  local config=$work/mbedtls/include/mbedtls/mbedtls_config.h
  sed -i -E "s|^#define $1\$|//#define $1|" "$config"
  grep -q "^//#define $1\$" "$config" || die "mbedtls_config.h knows no $1"
}

build_mbedtls() {
  unpack mbedtls
  # In the header itself, not by -D: these change the layout of structures, and
  # curl and our own code must see the same.
  set_option MBEDTLS_THREADING_C
  set_option MBEDTLS_THREADING_PTHREAD
  set_option MBEDTLS_PLATFORM_MEMORY # record buffers can come from pages that are given back
  # What we send fits 4 KiB records; browsers send full ones. 12 kB less a connection.
  set_option MBEDTLS_SSL_OUT_CONTENT_LEN 4096
  set_option MBEDTLS_SSL_IN_CONTENT_LEN 16384
  set_option MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
  set_option MBEDTLS_SSL_SESSION_TICKETS
  set_option MBEDTLS_SSL_TICKET_C
  set_option MBEDTLS_SSL_PROTO_TLS1_3
  clear_option MBEDTLS_SSL_RENEGOTIATION
  clear_option MBEDTLS_SSL_PROTO_DTLS
  clear_option MBEDTLS_SSL_DTLS_ANTI_REPLAY
  clear_option MBEDTLS_SSL_DTLS_HELLO_VERIFY
  clear_option MBEDTLS_SSL_DTLS_CLIENT_PORT_REUSE
  clear_option MBEDTLS_SSL_DTLS_CONNECTION_ID
  cmake_build mbedtls -DENABLE_TESTING=OFF -DENABLE_PROGRAMS=OFF -DUSE_SHARED_MBEDTLS_LIBRARY=OFF \
    -DMBEDTLS_FATAL_WARNINGS=OFF -DGEN_FILES=OFF
}

build_libsodium() {
  unpack libsodium
  cd "$work/libsodium"
  autoreconf -fi
  # --disable-ssp: its own, weaker stack protector option would come after ours.
  ./configure --host="$host" --prefix="$out" --libdir="$out/lib" --disable-shared --enable-static --disable-ssp \
    --disable-dependency-tracking CFLAGS="$flags"
  make -j"$jobs"
  make install
}

build_cares() {
  unpack c-ares
  cmake_build c-ares -DCARES_STATIC=ON -DCARES_STATIC_PIC=ON -DCARES_SHARED=OFF -DCARES_BUILD_TOOLS=OFF -DCARES_BUILD_TESTS=OFF
}

build_fmt() {
  unpack fmt
  cmake_build fmt -DFMT_TEST=OFF -DFMT_DOC=OFF
}

build_curl() {
  unpack curl
  local protocol
  local -a without=()
  for protocol in DICT FILE FTP GOPHER LDAP LDAPS MQTT POP3 RTSP SMB TELNET TFTP IPFS WEBSOCKETS; do
    without+=("-DCURL_DISABLE_$protocol=ON")
  done
  cmake_build curl "${without[@]}" -DBUILD_STATIC_LIBS=ON -DENABLE_ARES=ON -DCURL_USE_MBEDTLS=ON \
    -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF \
    -DENABLE_CURL_MANUAL=OFF -DCURL_USE_PKGCONFIG=OFF -DCURL_USE_OPENSSL=OFF -DCURL_ZLIB=OFF -DCURL_BROTLI=OFF \
    -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF -DCURL_USE_LIBSSH2=OFF \
    -DCURL_USE_GSSAPI=OFF -DENABLE_THREADED_RESOLVER=OFF -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none \
    -DMBEDTLS_INCLUDE_DIR="$out/include" -DMBEDTLS_LIBRARY="$out/lib/libmbedtls.a" \
    -DMBEDX509_LIBRARY="$out/lib/libmbedx509.a" -DMBEDCRYPTO_LIBRARY="$out/lib/libmbedcrypto.a" \
    -DCARES_INCLUDE_DIR="$out/include" -DCARES_LIBRARY="$out/lib/libcares.a"
}

# The amalgamation is made by the machine's own tools, whatever the target. Its
# crypto is ours: storage/sqlcipher_mbedtls.cpp defines connlog_sqlcipher_setup,
# which the final link resolves, so the archive knows no crypto library.
build_sqlcipher() {
  unpack sqlcipher
  cd "$work/sqlcipher"
  ./configure --with-crypto-lib=none --disable-tcl --enable-tempstore=yes
  make sqlite3.c
  sed -i \
    -e 's/^   && !defined (SQLCIPHER_CRYPTO_OPENSSL)$/   \&\& !defined (SQLCIPHER_CRYPTO_OPENSSL) \&\& !defined (SQLCIPHER_CRYPTO_CUSTOM)/' \
    -e 's/^#elif defined (SQLCIPHER_CRYPTO_OSSL3)$/#elif defined (SQLCIPHER_CRYPTO_CUSTOM)\n    extern int SQLCIPHER_CRYPTO_CUSTOM(sqlcipher_provider *p);\n    SQLCIPHER_CRYPTO_CUSTOM(p);\n&/' sqlite3.c
  [ "$(grep -c SQLCIPHER_CRYPTO_CUSTOM sqlite3.c)" = 4 ] || die "the two edits of sqlite3.c did not take"
  # shellcheck disable=SC2086
  "$cc" $flags -c sqlite3.c -o sqlite3.o -DNDEBUG -DSQLITE_HAS_CODEC -DSQLCIPHER_CRYPTO_CUSTOM=connlog_sqlcipher_setup \
    -DSQLCIPHER_OMIT_DEFAULT_LOGGING \
    -DSQLITE_TEMP_STORE=2 -DSQLITE_THREADSAFE=1 -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0 \
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_LIKE_DOESNT_MATCH_BLOBS \
    -DSQLITE_DEFAULT_FOREIGN_KEYS=1 -DSQLITE_DEFAULT_SYNCHRONOUS=2 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=2 \
    -DSQLITE_ENABLE_DBPAGE_VTAB -DSQLITE_MAX_EXPR_DEPTH=1000 -DSQLITE_MAX_ATTACHED=4 -DSQLITE_USE_ALLOCA -DSQLITE_TRUSTED_SCHEMA=0 \
    -DHAVE_USLEEP=1 -DHAVE_FDATASYNC=1 -DHAVE_STRERROR_R=1 -DSTRERROR_R_CHAR_P=1
  "${cc%gcc}ar" rcsD "$out/lib/libsqlcipher.a" sqlite3.o
  cp sqlite3.h "$out/include/"
}

# Backups alone use it, at levels up to 2: the slower strategies, the formats before
# 1.0 and the unrolled decoders are left out, which halves it.
build_zstd() {
  unpack zstd
  cd "$work/zstd/lib"
  local file
  for file in common/*.c compress/*.c decompress/*.c; do
    # shellcheck disable=SC2086
    "$cc" $flags -c "$file" -o "$(basename "$file" .c).o" -I. -DNDEBUG -DXXH_NAMESPACE=ZSTD_ -DZSTD_LEGACY_SUPPORT=0 \
      -DZSTD_DISABLE_ASM=1 -DDYNAMIC_BMI2=0 -DZSTD_STRIP_ERROR_STRINGS=1 -DZSTD_TRACE=0 \
      -DHUF_FORCE_DECOMPRESS_X1 -DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT -DZSTD_NO_INLINE=1 \
      -DZSTD_EXCLUDE_DFAST_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_GREEDY_BLOCK_COMPRESSOR \
      -DZSTD_EXCLUDE_LAZY_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_LAZY2_BLOCK_COMPRESSOR \
      -DZSTD_EXCLUDE_BTLAZY2_BLOCK_COMPRESSOR -DZSTD_EXCLUDE_BTOPT_BLOCK_COMPRESSOR \
      -DZSTD_EXCLUDE_BTULTRA_BLOCK_COMPRESSOR
  done
  "${cc%gcc}ar" rcsD "$out/lib/libzstd.a" ./*.o
  cp zstd.h zstd_errors.h "$out/include/"
}

copy_headers() {
  local name
  for name in httplib json cli11 doctest; do unpack "$name"; done
  cp "$work/httplib/httplib.h" "$out/include/"
  cp -r "$work/json/include/nlohmann" "$out/include/"
  cp -r "$work/cli11/include/CLI" "$out/include/"
  mkdir -p "$out/include/doctest"
  cp "$work/doctest/doctest/doctest.h" "$out/include/doctest/"
  dpkg-deb -x "$sources/tomlplusplus.deb" "$work/tomlplusplus"
  cp -r "$work/tomlplusplus/usr/include/toml++" "$out/include/"
}
