# Writes OUTPUT, a C++ file in which NAME, declared in HEADER, is every file of INPUTS as a string literal:
# cmake -DOUTPUT=... -DHEADER=... -DNAME=... -DINPUTS=a,b -P embed.cmake
string(REPLACE "," ";" INPUTS "${INPUTS}")
set(code "#include \"${HEADER}\"\n\nnamespace hourglass {\nnamespace {\n\nconstexpr EmbeddedFile kFiles[] = {\n")
foreach(input IN LISTS INPUTS)
  file(READ "${input}" text)
  if(text MATCHES "\\)embedded\"")
    message(FATAL_ERROR "${input} holds the end of the string literal it is put into.")
  endif()
  cmake_path(GET input FILENAME name)
  string(APPEND code "{\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
string(APPEND code "};\n\n}  // namespace\n\nconst std::span<const EmbeddedFile> ${NAME} = kFiles;\n\n}  // namespace hourglass\n")
file(WRITE "${OUTPUT}" "${code}")
