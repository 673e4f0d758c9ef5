add_compile_options(-march=native -Ofast)
add_compile_options(-ffast-math)
