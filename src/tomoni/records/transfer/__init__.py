"""Files in and out (取り込みと書き出し): CSV, XLSX and zip."""
