ALTER TABLE forms SET (toast_tuple_target = 8160);
